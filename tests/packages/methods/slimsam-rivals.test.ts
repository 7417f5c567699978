/** What SlimSAM is compared with: everything at once, other criteria, new weights, alignments without inner values. */
import { checkParameters, type Procedure, procedureOf } from '@topiary/methods';
import { floats, type Graph, tensorOf, withData } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { merge, type Pipeline } from '@topiary/pipeline';
import { compile } from '@topiary/runtime';
import { segmenterPipeline } from '@topiary/tasks';
import { boardOf, fillRecipe, recipeHash } from '@topiary/tracks';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { outputAlignment } from '../../../packages/methods/src/procedures/slimsam/alignment.js';
import { procedureFor, runContext } from '../../helpers/procedure.js';
import { narrowParts, narrowPipeline, segmentationTask } from '../../helpers/segmenter.js';

const SlimSam: Procedure = procedureOf({ procedure: 'slimsam' });
const BOARD = boardOf('segmentation.sam-tiny.scenes64');
const STAGES = ['embedding', 'align-bottleneck', 'bottleneck', 'align-embedding'];
const SHAPE = { ratio: 0.5, scope: 'local', multiple: 2 } as const;

interface Ran {
  readonly pipeline: Pipeline;
  /** After the last cut. */
  readonly cut: Pipeline;
  /** First values of the curves, by name. */
  readonly first: Readonly<Record<string, number>>;
}

const run = async (base: Pipeline, params: Readonly<Record<string, string | number>>, steps = 2): Promise<Ran> => {
  let cut = base;
  const first: Record<string, number> = {};
  const given = procedureFor({
    graph: base,
    task: segmentationTask(base),
    context: runContext(0, STAGES),
    milestone: async (_, pipeline) => {
      cut = pipeline;
    },
  });
  const point = (_stage: string, series: string, _step: number, value: number): void => {
    first[series] ??= value;
  };
  const recipe = fillRecipe(BOARD, { procedure: 'slimsam', prune: { batches: 1 }, finetune: { steps, batch: 2 } });
  const checked = checkParameters(SlimSam, { ...SHAPE, ...params });
  const request = { target: null, counter: 'pure', recipe, params: checked } as const;
  const { pipeline } = await SlimSam.run({ ...given, point }, request);
  return { pipeline, cut, first };
};

const weight = (pipeline: Pipeline, name: string): { dims: readonly number[]; data: Float32Array } => {
  const { dims, data } = tensorOf(merge(pipeline).initializers.get(`image_encoder.${name}`)!)!;
  return { dims, data: data as Float32Array };
};

const HIDDEN = 96;
/** The even hidden units of the first block say nothing and are not listened to. */
const withIdleUnits = (graph: Graph): Graph => {
  const initializers = new Map(graph.initializers);
  const silenced = (name: string, unitOf: (at: number) => number) => {
    const { dims, data } = tensorOf(initializers.get(name)!)!;
    const kept = Float32Array.from(data as Float32Array, (value, at) => (unitOf(at) % 2 === 0 ? 0 : value));
    initializers.set(name, withData(name, floats(kept, dims)));
  };
  const width = 24;
  // weights are stored for x · W: inputs by outputs
  silenced('image_encoder.blocks.0.mlp.lin1.weight', (at) => at % HIDDEN);
  silenced('image_encoder.blocks.0.mlp.lin1.bias', (at) => at);
  silenced('image_encoder.blocks.0.mlp.lin2.weight', (at) => Math.floor(at / width));
  return { ...graph, initializers };
};

describe('all at once', () => {
  const base = narrowPipeline();

  it('leaves the widths that in turn leaves, and aligns what comes out alone', async () => {
    const [inTurn, atOnce] = [await run(base, {}), await run(base, { order: 'once' })];
    expect(count(merge(atOnce.pipeline)).params).toBe(count(merge(inTurn.pipeline)).params);
    expect(Object.keys(atOnce.first).sort()).toEqual(['align-embedding-final', 'align-embedding-loss']);
    expect(atOnce.first['align-embedding-loss']).toBe(atOnce.first['align-embedding-final']);
  });

  it('from new weights has the same shape and nothing of the old ones', async () => {
    const [kept, scratch] = [await run(base, { order: 'once' }), await run(base, { order: 'once', begin: 'scratch' })];
    const name = 'blocks.1.mlp.lin1.weight';
    expect(weight(scratch.cut, name).dims).toEqual(weight(kept.cut, name).dims);
    const old = new Set(weight(base, name).data);
    expect([...weight(kept.cut, name).data].every((value) => old.has(value))).toBe(true);
    expect([...weight(scratch.cut, name).data].some((value) => old.has(value))).toBe(false);
  });

  it('needs to be asked for where weights are new', () => {
    const recipe = fillRecipe(BOARD, { procedure: 'slimsam' });
    const request = { target: null, counter: 'pure', recipe } as const;
    expect(SlimSam.refuses(base, { ...request, params: checkParameters(SlimSam, { begin: 'scratch' }) })).toMatch(
      /begin scratch with order alternate/,
    );
    const params = checkParameters(SlimSam, { begin: 'scratch', order: 'once' });
    expect(SlimSam.refuses(base, { ...request, params })).toBeNull();
  });

  it('compares what both networks say, and nothing else', async () => {
    const [student, teacher] = [narrowParts(1).encoder, narrowParts(2).encoder];
    const random = randomFrom('output');
    const image = floats(
      Float32Array.from({ length: 2 * 3 * 64 * 64 }, () => random.between(-1, 1)),
      [2, 3, 64, 64],
    );
    const [mine, theirs] = await Promise.all(
      [student, teacher].map(async (graph) => {
        const session = await compile(graph, { threads: 1 });
        const said = await session.run({ image });
        await session.release();
        return said['embedding']!.data as Float32Array;
      }),
    );
    const expected = mine!.reduce((sum, value, i) => sum + (value - theirs![i]!) ** 2, 0) / mine!.length;
    const loss = outputAlignment(student, teacher, 2);
    const session = await compile(loss.graph, { threads: 1 });
    const said = await session.run({ image });
    await session.release();
    expect(Number(said[loss.loss]!.data[0])).toBeCloseTo(expected, 4);
  });
});

describe('the criterion that chooses', () => {
  const parts = narrowParts();
  const base = segmenterPipeline({ ...parts, encoder: withIdleUnits(parts.encoder) });

  /** Of the units that stay, those that say nothing. */
  const idleLeft = async (which: string): Promise<number> => {
    const { cut } = await run(base, { order: 'once', which }, 1);
    const bias = weight(cut, 'blocks.0.mlp.lin1.weight');
    const [rows, columns] = bias.dims as [number, number];
    const isIdle = (unit: number) =>
      Array.from({ length: rows }, (_, i) => bias.data[i * columns + unit]!).every((v) => v === 0);
    expect(columns).toBe(HIDDEN / 2);
    return Array.from({ length: columns }, (_, unit) => unit).filter(isIdle).length;
  };

  it.each(['disturbed-taylor', 'taylor', 'obd-hessian', 'magnitude-l2'])(
    '%s lets idle units leave first',
    async (which) => {
      expect(await idleLeft(which)).toBe(0);
    },
  );

  it('random does not', async () => {
    expect(await idleLeft('random')).toBeGreaterThan(0);
  });
});

describe('inner values', () => {
  const base = narrowPipeline();

  it.each([
    ['both', false, false],
    ['first', false, true],
    ['second', true, false],
    ['none', true, true],
  ])('aligned after %s count there alone', async (intermediate, isFinalFirst, isFinalSecond) => {
    // the early quarter of eight steps is two: in the first of them half of it still counts
    const { first } = await run(base, { intermediate }, 16);
    const isFinal = (stage: string) => first[`${stage}-loss`] === first[`${stage}-final`];
    expect([isFinal('align-bottleneck'), isFinal('align-embedding')]).toEqual([isFinalFirst, isFinalSecond]);
  });
});

describe('a recipe', () => {
  it('that names none of this has the address that it had before', () => {
    const hash = (params: Readonly<Record<string, string>>) =>
      recipeHash(fillRecipe(BOARD, { procedure: 'slimsam', params: { procedure: params } }));
    expect(hash({ which: 'disturbed-taylor', order: 'alternate', begin: 'kept' })).toBe(hash({}));
    expect(hash({ order: 'once' })).not.toBe(hash({}));
  });
});
