/** What TinyFusion is compared with, and what teaches the shallow network: each against the slow way or the published rule. */
import { gradientGraph, parametersOf } from '@topiary/autodiff';
import { lower } from '@topiary/lowering';
import { procedureOf } from '@topiary/methods';
import { dataOf, scalar } from '@topiary/onnx';
import { graphOf, merge } from '@topiary/pipeline';
import { blocksOf, dropBlocks, subgraph } from '@topiary/pruning';
import { compile, infer, initialValues } from '@topiary/runtime';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { fromScratch } from '../../../packages/methods/src/procedures/_scratch.js';
import { type Calibration, calibrate } from '../../../packages/methods/src/procedures/tinyfusion/calibration.js';
import { matched, SHARE, withFeatures } from '../../../packages/methods/src/procedures/tinyfusion/features.js';
import { oracle, RIVALS } from '../../../packages/methods/src/procedures/tinyfusion/rivals.js';
import { diffusionTask, narrowDenoiser } from '../../helpers/denoiser-task.js';
import { procedureFor, runContext } from '../../helpers/procedure.js';

const BOARD = boardOf('diffusion.dit-tiny.shapes16');
const base = narrowDenoiser();
const GRAPH = graphOf(base);
const task = diffusionTask({ base });
const blocks = blocksOf(GRAPH);
const BATCH = 4;

const places = (kept: readonly boolean[]): number[] => kept.flatMap((stays, i) => (stays ? [i] : []));
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Batches as the calibration takes them. */
const batches = async () => {
  const all = [];
  for await (const feeds of task.batches(base, { from: 'train', batch: BATCH, steps: 4, seed: 0, plain: true }))
    all.push(feeds);
  return all;
};

describe('calibration', () => {
  it('is the loss of the network without the other blocks, and the cosines that its streams have', async () => {
    const calibration = await calibrate(procedureFor({ graph: GRAPH, task }), GRAPH, blocks, BATCH);
    const kept = [true, false, true, false];
    const found = await calibration.loss(kept);
    const cosines = await calibration.cosines();
    await calibration.release();
    const shallow = dropBlocks(
      GRAPH,
      blocks.filter((_, i) => !kept[i]),
    );
    const streams = subgraph(GRAPH, [], [blocks[1]!.in, blocks[1]!.out]);
    const [losses, turned]: [number[], number[]] = [[], []];
    for (const feeds of await batches()) {
      const inputs = { x: feeds['x']!, t: feeds['t']!, y: feeds['y']! };
      const said = (await infer(shallow, inputs))['noise']!.data as Float32Array;
      const noise = feeds['drawn:noise']!.data as Float32Array;
      losses.push(mean(Array.from(said, (value, i) => (value - noise[i]!) ** 2)));
      const ends = await infer(streams, inputs);
      const [p, q] = [blocks[1]!.in, blocks[1]!.out].map((name) => ends[name]!.data as Float32Array);
      for (let at = 0; at < p!.length; at += 16) {
        let [pq, pp, qq] = [0, 0, 0];
        for (let k = at; k < at + 16; k += 1) {
          pq += p![k]! * q![k]!;
          pp += p![k]! ** 2;
          qq += q![k]! ** 2;
        }
        turned.push(pq / Math.sqrt(pp * qq));
      }
    }
    expect(found).toBeCloseTo(mean(losses), 4);
    expect(cosines[1]).toBeCloseTo(mean(turned), 4);
  });
});

/** A network whose loss is the sum of what is missing. */
const worth = [5, 1, 4, 2, 3, 6, 0.5, 0.1];
const calibration: Calibration = {
  loss: async (kept) => kept.reduce((sum, stays, i) => sum + (stays ? 0 : worth[i]!), 0),
  cosines: async () => [0.2, 0.9, 0.3, 0.8, 0.4, 0.7, 0.95, 0.99],
  release: async () => undefined,
};
const request = (seed = 0) => ({
  ...{ blocks: 8, keep: 1, of: 2, masks: 200, calibration, progress: () => undefined },
  random: randomFrom(`rivals/${seed}`),
});

describe('rivals', () => {
  it('by hand keep the first of each pair, then the second, as published for 8, 12 and 28 blocks', () => {
    const by = (count: number) => places(oracle({ blocks: count, keep: 1, of: 2 }));
    expect(by(8)).toEqual([0, 2, 5, 7]);
    expect(by(12)).toEqual([0, 2, 4, 7, 9, 11]);
    expect(by(28)).toEqual([0, 2, 4, 6, 8, 10, 12, 15, 17, 19, 21, 23, 25, 27]);
  });

  it('keep as many as the pattern, whatever they look at', async () => {
    for (const [which, rule] of Object.entries(RIVALS))
      expect([which, places(await rule(request())).length]).toEqual([which, 4]);
  });

  it('look at streams, at one block at a time, at whole masks, at nothing', async () => {
    const kept = async (which: string, seed = 0) => places(await RIVALS[which]!(request(seed)));
    // the last block stays, however little it turns its stream
    expect(await kept('shortgpt')).toEqual([0, 2, 4, 7]);
    expect(await kept('sensitivity')).toEqual([0, 2, 4, 5]);
    // 200 draws out of 70 masks meet the best one
    expect(await kept('minimum-loss')).toEqual([0, 2, 4, 5]);
    expect(await kept('first-half')).toEqual([0, 1, 2, 3]);
    const draws = await Promise.all([0, 1, 2, 3, 4].map(async (seed) => (await kept('random', seed)).join()));
    expect(new Set(draws).size).toBeGreaterThan(2);
  });
});

describe('features', () => {
  it('of the teacher are those behind the last block of each stretch', () => {
    expect(matched(6, 12)).toEqual([1, 3, 5, 7, 9, 11]);
    expect(matched(14, 28)).toEqual(Array.from({ length: 14 }, (_, i) => 2 * i + 1));
  });

  it('add the squared difference of what is no outlier on its own side', async () => {
    const student = dropBlocks(GRAPH, [blocks[0]!, blocks[2]!]);
    const [feeds] = await batches();
    const inputs = { x: feeds!['x']!, t: feeds!['t']!, y: feeds!['y']! };
    const lossOf = async (share: number) => {
      const loss = withFeatures(task.loss(null), student, GRAPH);
      const built = gradientGraph(student, { loss, batch: BATCH, wrt: [] });
      const session = await compile(lower(built.graph), { provider: 'cpu', threads: 1 });
      const given = { ...initialValues(student, built.parameters), ...feeds, [SHARE]: scalar(share) };
      const found = Number((await session.run(given))[built.loss]!.data[0]);
      await session.release();
      return found;
    };
    /** Of each example, with outliers as 0. */
    const masked = (h: Float32Array): number[] => {
      const size = h.length / BATCH;
      return Array.from({ length: BATCH }).flatMap((_, n) => {
        const own = Array.from(h.subarray(n * size, (n + 1) * size));
        const middle = mean(own);
        const deviation = Math.sqrt(mean(own.map((value) => (value - middle) ** 2)));
        return own.map((value) => (Math.abs(value - middle) < 2 * deviation ? value : 0));
      });
    };
    const streams = async (graph: typeof GRAPH, names: readonly string[]) => {
      const found = await infer(subgraph(graph, [], names), inputs);
      return names.map((name) => masked(found[name]!.data as Float32Array));
    };
    const ours = await streams(
      student,
      blocksOf(student).map(({ out }) => out),
    );
    const theirs = await streams(GRAPH, [blocks[1]!.out, blocks[3]!.out]);
    const apart = ours.map((values, i) => mean(values.map((value, k) => (value - theirs[i]![k]!) ** 2)));
    expect(mean(apart)).toBeGreaterThan(0.01);
    expect((await lossOf(0.5)) - (await lossOf(0))).toBeCloseTo(0.5 * mean(apart), 3);
  });
});

describe('a network from scratch', () => {
  it('has the same tensors, drawn by their roles, under one seed the same', () => {
    const drawn = fromScratch(GRAPH, randomFrom('scratch'));
    for (const { initializer, role } of parametersOf(GRAPH)) {
      const fresh = drawn.initializers.get(initializer.name)!;
      const values = Array.from(dataOf(fresh) as Float32Array);
      expect(fresh.dims).toEqual(initializer.dims);
      if (role.role === 'bias') expect(new Set(values)).toEqual(new Set([0]));
      if (role.role !== 'weight' || fresh.dims.length !== 2) continue;
      const bound = Math.sqrt(6 / (fresh.dims[0]! + fresh.dims[1]!));
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
      // a uniform distribution has a variance of a third of its bound's square
      expect(mean(values.map((value) => value ** 2)) / (bound ** 2 / 3)).toBeCloseTo(1, 0);
    }
    expect(fromScratch(GRAPH, randomFrom('scratch'))).toEqual(drawn);
  });
});

const run = async (params: Readonly<Record<string, number | string>>, finetune = {}) => {
  const context = runContext(0, ['search', 'finetune']);
  const recipe = fillRecipe(BOARD, {
    ...{ procedure: 'tinyfusion', criterion: null, params: { procedure: { steps: 2, masks: 3, ...params } } },
    finetune: { steps: 3, batch: BATCH, warmup: 0, ...finetune },
  });
  const given = procedureFor({ graph: GRAPH, task, context });
  const asked = { target: null, counter: 'pure', recipe, params: recipe.params.procedure } as const;
  const outcome = await procedureOf(recipe).run(given, asked);
  return {
    ...outcome,
    curves: context.report.curves,
    names: blocksOf(merge(outcome.pipeline)).map(({ name }) => name),
  };
};

describe('the procedure', () => {
  it('takes the blocks that a rule names, and says what their loss is before anything is trained', async () => {
    const { names, curves } = await run({ which: 'oracle' });
    expect(names).toEqual(['blocks.0', 'blocks.3']);
    expect(curves['calibration-loss']!.values[0]).toBeGreaterThan(0);
  });

  it('is taught by predictions and features together, and shows how its gates formed', async () => {
    const { curves, facts, names } = await run({ features: 0.01 }, { distillation: 'soft', distillationWeight: 0.9 });
    expect(curves['loss']!.values.every(Number.isFinite)).toBe(true);
    const gates = JSON.parse(new TextDecoder().decode(facts[0]!.bytes));
    expect(gates.rows.filter((_: string, i: number) => gates.kept[i])).toEqual(names);
    // each pair keeps one: what one gains the other loses
    for (let at = 0; at < gates.columns.at.length; at += 1)
      expect(gates.values[0][at] + gates.values[1][at]).toBeCloseTo(1, 2);
  });

  it('from scratch begins where nothing was learned', async () => {
    const [kept, scratch] = [await run({ which: 'oracle' }), await run({ which: 'oracle', begin: 'scratch' })];
    expect(scratch.names).toEqual(kept.names);
    expect(scratch.curves['loss']!.values[0]).not.toBeCloseTo(kept.curves['loss']!.values[0]!, 3);
  });
});
