/** SlimSAM: what it cuts, the counts of the released ratios, its losses against their formulas, a whole run on a narrow segmenter. */
import { parseTarget } from '@topiary/contracts';
import { assertRecipe, checkParameters, type Procedure, procedureOf } from '@topiary/methods';
import { floats, type Graph, scalar } from '@topiary/onnx';
import { count, inferTypes } from '@topiary/ops';
import { assertPipeline, graphOf, merge, type Pipeline, partOf, pipelineCosts, single } from '@topiary/pipeline';
import { blocksOf, findGroups } from '@topiary/pruning';
import { compile } from '@topiary/runtime';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { buildModel, buildSegmenter, materialize, modelOf, randomFrom, SamTiny, Shapes32 } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import {
  ALPHA,
  bottleneckAlignment,
  embeddingAlignment,
} from '../../../packages/methods/src/procedures/slimsam/alignment.js';
import { cutBottlenecks, cutStream, shareFor } from '../../../packages/methods/src/procedures/slimsam/cuts.js';
import { familiesOf } from '../../../packages/methods/src/procedures/slimsam/families.js';
import { classifierTask, procedureFor, runContext } from '../../helpers/procedure.js';
import { computeHere, narrowParts, narrowPipeline, segmentationTask } from '../../helpers/segmenter.js';

const SlimSam: Procedure = procedureOf({ procedure: 'slimsam' });
const BOARD = boardOf('segmentation.sam-tiny.scenes64');
const OPTIONS = { scope: 'local', multiple: 6, counter: 'pure' } as const;

const zeros = (graph: Graph) =>
  new Map(findGroups(graph).groups.map(({ id, channels }) => [id, new Float64Array(channels)]));

describe('the two cuts', () => {
  const tiny = materialize(buildSegmenter(SamTiny).encoder, 0);

  it('are of the stream of tokens, and of attention and hidden units in every block; the neck stays', () => {
    const { stream, attention, hidden } = familiesOf(findGroups(tiny))!;
    expect([stream.id, stream.channels]).toEqual(['image_encoder.patch_embed.proj', 96]);
    const blocks = [0, 1, 2, 3, 4, 5];
    expect(attention.map(({ id }) => id)).toEqual(blocks.map((i) => `image_encoder.blocks.${i}.attn.qkv`));
    expect(hidden.map(({ id }) => id)).toEqual(blocks.map((i) => `image_encoder.blocks.${i}.mlp.lin1`));
  });

  it.each([
    [0.5, 222_960],
    [0.77, 70_594],
  ])('of a share of %d in multiples of the heads leave %d of 740,576 parameters', (ratio, params) => {
    const first = findGroups(tiny);
    const narrow = cutStream(tiny, first, familiesOf(first)!, zeros(tiny), ratio, OPTIONS).graph;
    const second = findGroups(narrow);
    const { graph } = cutBottlenecks(narrow, second, familiesOf(second)!, zeros(narrow), ratio, OPTIONS);
    expect([count(tiny).params, count(graph).params]).toEqual([740_576, params]);
  });

  it('reach a target together, each with the same share', () => {
    const share = shareFor(tiny, parseTarget('4x'), { ...OPTIONS, multiple: 1 });
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.7);
  });
});

/** What a network says to a batch, with the inner values that are asked for. */
const values = async (graph: Graph, image: ReturnType<typeof floats>, names: readonly string[]) => {
  const types = inferTypes(graph);
  const outputs = names.map((name) => ({ name, ...types.get(name)! }));
  const session = await compile({ ...graph, outputs: [...graph.outputs, ...outputs] }, { threads: 1 });
  const said = await session.run({ image });
  await session.release();
  return (name: string) => said[name]!.data as Float32Array;
};

const mse = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;
const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;

const random = randomFrom('alignment');
const image = floats(
  Float32Array.from({ length: 2 * 3 * 64 * 64 }, () => random.between(-1, 1)),
  [2, 3, 64, 64],
);
const encoderOf = (seed: number): Graph => narrowParts(seed).encoder;
const innerOf = (graph: Graph) =>
  blocksOf(graph).map(({ attention, hidden, afterAttention, out }) => ({
    qkv: attention!.queries,
    hidden: hidden!,
    middle: afterAttention!,
    out,
  }));

describe('the alignments', () => {
  const [student, narrow, base] = [encoderOf(1), encoderOf(2), encoderOf(3)];
  const points = innerOf(base);
  const names = [blocksOf(base)[0]!.in, ...points.flatMap((one) => Object.values(one))];
  const lossAt = async (graph: ReturnType<typeof bottleneckAlignment>, alpha: number) => {
    const session = await compile(graph.graph, { provider: 'cpu', threads: 1 });
    const said = await session.run({ image, [ALPHA]: scalar(alpha) });
    await session.release();
    return Number(said[graph.loss]!.data[0]);
  };

  it('of the blocks compare queries, keys, values and hidden units of all of them, and what comes out', async () => {
    const [mine, theirs] = [await values(student, image, names), await values(base, image, names)];
    const inner =
      mean(points.map(({ qkv }) => mse(mine(qkv), theirs(qkv)))) +
      mean(points.map(({ hidden }) => mse(mine(hidden), theirs(hidden))));
    const final = mse(mine('embedding'), theirs('embedding'));
    const graph = bottleneckAlignment(student, base, 2);
    expect(await lossAt(graph, 0)).toBeCloseTo(final, 4);
    expect(await lossAt(graph, 0.5)).toBeCloseTo(0.5 * inner + 0.5 * final, 4);
  });

  it('of the tokens compare the stream at every half block with the network between', async () => {
    const [mine, first, second] = [
      await values(student, image, names),
      await values(narrow, image, names),
      await values(base, image, names),
    ];
    const stream = [names[0]!, ...points.flatMap(({ middle, out }) => [middle, out])];
    expect(stream.length).toBe(2 * 2 + 1);
    const inner = mean(stream.map((name) => mse(mine(name), first(name)))) + mse(mine('embedding'), first('embedding'));
    const final = mse(mine('embedding'), second('embedding'));
    const graph = embeddingAlignment(student, narrow, base, 2);
    expect(await lossAt(graph, 1)).toBeCloseTo(inner, 4);
    expect(await lossAt(graph, 0.25)).toBeCloseTo(0.25 * inner + 0.75 * final, 4);
  });
});

describe('a run', () => {
  const base = narrowPipeline();
  const task = segmentationTask(base);
  const STAGES = ['embedding', 'align-bottleneck', 'bottleneck', 'align-embedding'];

  const errorOf = async (pipeline: Pipeline): Promise<number> =>
    (await task.evaluate(pipeline, 'test', computeHere)).values['embedding-error']!;

  const slimmed = async (params: Readonly<Record<string, unknown>>, target: string | null, steps: number) => {
    const seen: number[] = [];
    const context = procedureFor({
      graph: base,
      task,
      context: runContext(0, STAGES),
      milestone: async (_, pipeline) => void seen.push(await errorOf(pipeline)),
    });
    const recipe = fillRecipe(BOARD, {
      procedure: 'slimsam',
      prune: { batches: 1 },
      finetune: { steps, lr: 3e-3, batch: 2 },
    });
    const request = {
      target: target === null ? null : parseTarget(target),
      counter: 'pure',
      recipe,
      params: checkParameters(SlimSam, params as Record<string, number>),
    } as const;
    assertRecipe(base, request);
    return { ...(await SlimSam.run(context, request)), seen };
  };

  it('reaches a target, keeps prompts and decoder, and comes nearer to the base by aligning', async () => {
    const { pipeline, flags, widths, seen } = await slimmed({}, '2x', 160);
    assertPipeline(pipeline);
    expect(flags).toEqual([]);
    const ratio = pipelineCosts(base, 'pure').macs / pipelineCosts(pipeline, 'pure').macs;
    expect(ratio).toBeGreaterThanOrEqual(2);
    for (const part of ['prompts', 'decoder']) expect(partOf(pipeline, part).graph).toBe(partOf(base, part).graph);
    expect(seen).toHaveLength(1);
    expect(await errorOf(pipeline)).toBeLessThan(seen[0]!);
    const stream = widths!.find(({ layer, axis }) => layer === 'image_encoder.patch_embed.proj' && axis === 0)!;
    expect(stream.before).toBe(24);
    expect(stream.after).toBe(
      Number(merge(pipeline).initializers.get('image_encoder.patch_embed.proj.weight')!.dims[0]),
    );
  });

  it('without a target takes a share of every width, block by block where it is told', async () => {
    const { pipeline } = await slimmed({ ratio: 0.5, scope: 'local', multiple: 2, accumulate: 'signed' }, null, 2);
    const dims = (name: string) => merge(pipeline).initializers.get(`image_encoder.${name}`)!.dims;
    expect([dims('pos_embed'), dims('blocks.0.attn.qkv.weight'), dims('blocks.1.mlp.lin1.weight')]).toEqual([
      [1, 4, 4, 12],
      [12, 36],
      [12, 48],
    ]);
    expect(dims('blocks.1.attn.rel_pos_h')).toEqual([7, 6]);
  });

  it('serves any transformer: what it says takes the place of the embedding', async () => {
    const graph = materialize(buildModel(modelOf('vit-tiny')), 0);
    const { train } = await Shapes32.open({ dataDir: '' });
    const context = procedureFor({ graph, task: classifierTask(train, 10), context: runContext(0, STAGES) });
    const recipe = fillRecipe(boardOf('classification.vit-tiny.shapes32'), {
      procedure: 'slimsam',
      prune: { batches: 1 },
      finetune: { steps: 2, batch: 4 },
    });
    const request = {
      target: parseTarget('2x'),
      counter: 'pure',
      recipe,
      params: checkParameters(SlimSam, {}),
    } as const;
    expect(SlimSam.refuses(single(graph), request)).toBeNull();
    const { pipeline } = await SlimSam.run(context, request);
    expect(pipelineCosts(single(graph), 'pure').macs / pipelineCosts(pipeline, 'pure').macs).toBeGreaterThanOrEqual(2);
    expect(graphOf(pipeline).outputs[0]!.shape).toEqual(['N', 10]);
  });

  it('is refused where there is no such stream, and where a target is on another axis', () => {
    const graph = materialize(buildModel(modelOf('resnet-tiny')), 0);
    const request = {
      target: null,
      counter: 'pure',
      recipe: fillRecipe(BOARD, { procedure: 'slimsam' }),
      params: {},
    } as const;
    expect(SlimSam.refuses(single(graph), request)).toMatch(/no blocks of attention and MLP/);
    expect(SlimSam.refuses(base, { ...request, target: parseTarget('params:2x') })).toMatch(/target on macs/);
    const unkept = new Map([...base.parts].map(([id, { graph: own, ports }]) => [id, { graph: own, ports }]));
    expect(SlimSam.refuses({ ...base, parts: unkept }, request)).toMatch(/several parts/);
    expect(SlimSam.refuses(base, request)).toBeNull();
  });
});
