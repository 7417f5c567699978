/** TinyFusion: masks, gates and their slope, what the search leaves behind, and what it refuses. */
import { gradient } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import { procedureOf } from '@topiary/methods';
import { floats, type Graph, GraphBuilder, scalar } from '@topiary/onnx';
import { infer as inferShapes } from '@topiary/ops';
import { graphOf, pipelineCosts, single } from '@topiary/pipeline';
import { blocksOf, dropBlocks } from '@topiary/pruning';
import { compile, type Feeds, infer } from '@topiary/runtime';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { DitTiny, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { choicesOf, masksOf } from '../../../packages/methods/src/procedures/tinyfusion/choices.js';
import { GATES, GUMBEL, searchGraph, TEMPERATURE } from '../../../packages/methods/src/procedures/tinyfusion/search.js';
import { diffusionTask, narrowDenoiser } from '../../helpers/denoiser-task.js';
import { procedureFor, runContext } from '../../helpers/procedure.js';
import { feedsFor } from '../zoo/denoiser-feeds.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const base = narrowDenoiser();
const GRAPH = graphOf(base);
const task = diffusionTask({ base });
const blocks = blocksOf(GRAPH);
const BATCH = 4;

describe('masks', () => {
  it('are all ways to keep N of M, each with exactly N', () => {
    expect(masksOf(1, 2)).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect([masksOf(2, 4).length, masksOf(7, 14).length]).toEqual([6, 3432]);
    for (const mask of masksOf(2, 4)) expect(mask.reduce((a, b) => a + b, 0)).toBe(2);
    expect(new Set(masksOf(2, 4).map(String)).size).toBe(6);
  });

  it('are chosen by the largest gate, as sure as the softmax of a hundred gates is', () => {
    const [first, second] = choicesOf([0.02, 0.02, 0.01, 0.03], 2);
    expect([first!.confidence, second!.option]).toEqual([0.5, 1]);
    expect(second!.confidence).toBeCloseTo(Math.exp(2) / (1 + Math.exp(2)), 12);
  });
});

const searching = (update: 'lora' | 'full' | 'frozen', keep = 1, of = 2) =>
  searchGraph(GRAPH, blocks, task.loss(null), {
    ...{ keep, of, batch: BATCH, update, rank: 2, gateRate: 10 },
    random: randomFrom('lora'),
  });

const batchFeeds = async (): Promise<Feeds> =>
  (await task.batches(base, { from: 'train', batch: BATCH, steps: 1, seed: 1 }).next()).value!;

/** Noise that decides for one option in every group, whatever the gates say. */
const decided = (groups: number, options: number, choice: (group: number) => number) =>
  floats(
    Float32Array.from({ length: BATCH * groups * options }, (_, i) =>
      i % options === choice(Math.floor(i / options) % groups) ? 1000 : 0,
    ),
    [BATCH, groups, options],
  );

/** The loss of the search with its slope at the gates. */
const slopeOf = (graph: Graph, loss: string) => {
  const b = new GraphBuilder(inferShapes);
  for (const { name, type, shape } of graph.inputs) b.input(name, type, shape);
  for (const initializer of graph.initializers.values()) {
    if (initializer.name === GATES) b.input(GATES, 'float32', initializer.dims);
    else b.initializer(initializer);
  }
  for (const node of graph.nodes) b.append(node);
  const [slope] = gradient(b, loss, [GATES]);
  b.output(slope!, 'slope');
  return lower(b.build('slope'));
};

describe('the search', () => {
  it('with a mask that is decided is the shallow network with the weights that it had', async () => {
    for (const update of ['lora', 'frozen'] as const) {
      const { graph, groups, options } = searching(update);
      const feeds = await batchFeeds();
      const choice = (group: number) => group % 2;
      const session = await compile(lower(graph.graph), { provider: 'cpu', threads: 1 });
      const drawn = { [GUMBEL]: decided(groups, options, choice), [TEMPERATURE]: scalar(1) };
      const loss = Number((await session.run({ ...feeds, ...drawn }))[graph.loss]!.data[0]);
      await session.release();
      // keep 1 of 2: option 0 keeps the first of a pair
      const gone = blocks.filter((_, i) => i % 2 !== choice(Math.floor(i / 2)));
      const shallow = dropBlocks(GRAPH, gone);
      const { noise } = await infer(shallow, { x: feeds['x']!, t: feeds['t']!, y: feeds['y']! });
      const wanted = feeds['drawn:noise']!.data as Float32Array;
      const squares = (noise!.data as Float32Array).map((value, i) => (value - wanted[i]!) ** 2);
      expect(loss).toBeCloseTo(squares.reduce((a, b) => a + b, 0) / squares.length, 4);
    }
  });

  it('lets the slope reach every gate, through the softmax', async () => {
    const { graph, groups, options } = searching('frozen', 2, 4);
    const session = await compile(slopeOf(graph.graph, graph.loss), { provider: 'cpu', threads: 1 });
    const gates = floats(new Float32Array(groups * options).fill(0.02), [groups, options]);
    const noise = floats(
      new Float32Array(BATCH * groups * options).map((_, i) => Math.sin(i)),
      [BATCH, groups, options],
    );
    const { slope } = await session.run({
      ...(await batchFeeds()),
      [GATES]: gates,
      [GUMBEL]: noise,
      [TEMPERATURE]: scalar(1),
    });
    await session.release();
    const found = slope!.data as Float32Array;
    expect(found.every((value) => Number.isFinite(value) && value !== 0)).toBe(true);
    // a softmax moves its logits against each other: their slopes add up to nothing
    for (let group = 0; group < groups; group += 1) {
      const own = found.subarray(group * options, (group + 1) * options);
      const size = Math.max(...own.map(Math.abs));
      expect(Math.abs(own.reduce((a, b) => a + b, 0)) / size).toBeLessThan(1e-3);
    }
  });

  it('trains gates and the update that it is told to, and nothing else', () => {
    expect(searching('frozen').parameters.map(({ name }) => name)).toEqual([GATES]);
    const low = searching('lora').parameters;
    expect(low.slice(1).every(({ name }) => /^lora\/.*\/[ab]$/.test(name))).toBe(true);
    // four matrices and the condition's in every block; two of the timestep, two of the last layer
    expect(low.length).toBe(1 + 2 * (4 * 5 + 4));
    expect(searching('full').parameters.length).toBeGreaterThan(40);
  });
});

const run = async (seed: number, params: Readonly<Record<string, unknown>> = {}) => {
  const procedure = procedureOf({ procedure: 'tinyfusion' });
  const context = runContext(seed, ['search', 'finetune']);
  const recipe = fillRecipe(BOARD, {
    procedure: 'tinyfusion',
    criterion: null,
    params: { procedure: { steps: 4, ...params } as never },
    finetune: { steps: 2, batch: BATCH, warmup: 0 },
  });
  const pruned: string[] = [];
  const given = procedureFor({
    graph: GRAPH,
    task,
    context,
    milestone: async (phase) => {
      pruned.push(phase);
    },
  });
  const request = { target: null, counter: 'pure', recipe, params: recipe.params.procedure } as const;
  expect(procedure.refuses(single(GRAPH), request)).toBeNull();
  const outcome = await procedure.run(given, request);
  return { ...outcome, pruned, curves: context.report.curves };
};

describe('the procedure', () => {
  it('keeps exactly half of the blocks, one of every pair, and hands back a network that runs', async () => {
    const { pipeline, pruned, curves } = await run(0);
    const left = blocksOf(graphOf(pipeline));
    expect(left.length).toBe(2);
    const ratio = pipelineCosts(base, 'pure').macs / pipelineCosts(pipeline, 'pure').macs;
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2);
    expect(pruned).toEqual(['pruned']);
    expect(Object.keys(curves)).toContain('confidence-0');
    const { noise } = await infer(graphOf(pipeline), feedsFor(DitTiny, 2));
    expect((noise!.data as Float32Array).every(Number.isFinite)).toBe(true);
  });

  it('makes the same network under the same seed', async () => {
    const weights = async (seed: number) => {
      const { pipeline } = await run(seed, { update: 'full' });
      const names = [...graphOf(pipeline).initializers.keys()].filter((name) => name.startsWith('blocks.'));
      return names.join();
    };
    expect(await weights(3)).toBe(await weights(3));
  });

  it.each([
    [{ keep: 2, of: 2 }, /nothing would leave/],
    [{ keep: 1, of: 5 }, /4 blocks, which are no groups of 5/],
  ])('refuses %j', (params, reason) => {
    const procedure = procedureOf({ procedure: 'tinyfusion' });
    const request = { target: null, counter: 'pure', recipe: fillRecipe(BOARD, {}), params } as const;
    expect(procedure.refuses(single(GRAPH), request)).toMatch(reason);
  });
});
