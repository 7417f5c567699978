/** Statistics and criteria on tasks that do not classify, against PyTorch; and what a task cannot give is refused. */
import { crossEntropy, type Loss, stopGradient } from '@topiary/autodiff';
import {
  assertCollects,
  assertLoss,
  checkParameters,
  methodOf,
  type PerInitializer,
  scoreGroups,
  statisticOf,
} from '@topiary/methods';
import { floats, type Graph, int, tensor } from '@topiary/onnx';
import { findGroups } from '@topiary/pruning';
import { type Feeds, infer } from '@topiary/runtime';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { BATCH, expectSame, gather } from './gathering.js';
import { bothHeads, denoiser, denoiserBatch, meanSquaredError, twoHeads, twoHeadsBatch } from './other-tasks.js';
import { TORCH } from './torch-scores.js';

interface Case {
  readonly forward: Graph;
  readonly loss: Loss;
  readonly batches: readonly Feeds[];
}

const CASES: Readonly<Record<string, Case>> = {
  denoiser: {
    forward: denoiser(),
    loss: meanSquaredError(),
    batches: [5, 6].map((seed) => denoiserBatch(BATCH, seed)),
  },
  'two-heads': { forward: twoHeads(), loss: bothHeads(), batches: [5, 6].map((seed) => twoHeadsBatch(BATCH, seed)) },
};

/** What was collected for a criterion; `loss` null: by whoever has no loss. */
/** PyTorch's numbers of HRank are of maps behind the network's own norm. */
const paramsFor = (id: string) =>
  checkParameters(methodOf('criterion', id), { normalise: 'none', ...(id === 'hrank' ? { form: 'network' } : {}) });

const collectedFor = async (id: string, { forward, batches }: Case, loss: Loss | null) => {
  const criterion = methodOf('criterion', id);
  const random = randomFrom(`other-tasks/${id}`);
  const found = new Map<string, PerInitializer>();
  for (const { statistic } of criterion.collects(paramsFor(id))) {
    found.set(statistic, await gather(statisticOf(statistic), forward, batches, { loss, rng: () => random.unit() }));
  }
  return found;
};

/** Scores by the layer that makes the channels of a group. */
const scoresOf = async (id: string, one: Case, loss: Loss | null): Promise<Map<string, Float64Array>> => {
  const criterion = methodOf('criterion', id);
  const statistics = await collectedFor(id, one, loss);
  const { groups } = findGroups(one.forward);
  const params = paramsFor(id);
  const scores = scoreGroups(criterion, one.forward, groups, { params, rng: () => 0, statistics });
  const makers = groups.map(({ id: group, members }) => {
    const maker = members.find(({ role, initializer }) => role === 'out' && initializer !== 'time.weight');
    return [group, maker?.initializer.replace('.weight', '') ?? group] as const;
  });
  return new Map(makers.flatMap(([group, name]) => (scores.has(group) ? [[name, scores.get(group)!] as const] : [])));
};

describe.each(Object.keys(CASES))('on %s', (name) => {
  const one = CASES[name]!;

  it.each(['taylor', 'obd-hessian'])('%s gives the scores that PyTorch gives', async (id) => {
    const scores = await scoresOf(id, one, one.loss);
    for (const [layer, wanted] of Object.entries(TORCH[name]![id]!)) {
      const got = scores.get(layer)!;
      expect(got, layer).toHaveLength(wanted.length);
      wanted.forEach((value, k) => {
        expect(Math.abs(got[k]! / value - 1), `${layer}, channel ${k}`).toBeLessThan(1e-4);
      });
    }
  });

  it.each(['thinet', 'hrank'])('%s gives the scores that PyTorch gives, without a loss', async (id) => {
    const scores = await scoresOf(id, one, null);
    for (const [layer, wanted] of Object.entries(TORCH[name]![id]!)) {
      wanted.forEach((value, k) => {
        expect(Math.abs(scores.get(layer)![k]! / value - 1), `${layer}, channel ${k}`).toBeLessThan(1e-4);
      });
    }
  });

  it('CP gives every channel a share, without a loss', async () => {
    const scores = await scoresOf('cp', one, null);
    for (const layer of Object.keys(TORCH[name]!['thinet']!)) {
      const shares = [...scores.get(layer)!];
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...shares)).toBeLessThanOrEqual(1);
      expect(Math.max(...shares)).toBeGreaterThan(0);
    }
  });

  it('OBD-C is refused by name, since no labels can be drawn', () => {
    const paramsOf = (id: string) => ({
      criterion: checkParameters(methodOf('criterion', id), {}),
      procedure: {},
      regularizer: {},
    });
    expect(() => assertCollects({ criterion: 'obd-c', params: paramsOf('obd-c') }, one.loss)).toThrow(
      expect.objectContaining({
        code: 'TOPIARY_METHODS_CANNOT_SERVE',
        message: expect.stringMatching(/criterion obd-c: statistic fisher.*labels can be drawn.*got loss/),
      }),
    );
    for (const criterion of ['taylor', 'obd-hessian', 'cp', 'thinet', 'hrank', 'magnitude-l1'])
      expect(() => assertCollects({ criterion, params: paramsOf(criterion) }, one.loss)).not.toThrow();
    expect(() => assertCollects({ criterion: 'obd-c', params: paramsOf('obd-c') }, crossEntropy())).not.toThrow();
  });
});

it('without a loss, what needs a gradient is refused, and nothing else is', () => {
  const of = (...ids: readonly string[]) => ids.map((id) => statisticOf(id));
  for (const id of ['gradient', 'squared-gradient', 'last-squared-gradient', 'fisher'])
    expect(() => assertLoss(of('map-rank', id), null)).toThrow(`statistic ${id}`);
  expect(() => assertLoss(of('activation-mean', 'channel-energy', 'map-rank', 'response-gram'), null)).not.toThrow();
});

/** Squared error against what the network says itself, plus noise: labels of a normal distribution about its output. */
const drawnError = (given: string | null): Loss => ({
  id: 'drawn-error',
  build: ({ b, outputs }) => {
    const dims = b.shape(outputs[0]!).map(Number);
    const chance = b.input('chance', 'float32', dims);
    const target =
      given === null ? b.op('Add', [stopGradient(b, outputs[0]!), chance]) : b.input(given, 'float32', dims);
    const apart = b.op('Sub', [outputs[0]!, target]);
    const loss = b.op('ReduceMean', [b.op('Mul', [apart, apart])], { keepdims: int(0) });
    return { loss, metrics: {}, draws: [{ input: 'chance', dims, value: (rng) => rng() - 0.5 }] };
  },
  perExample: () => drawnError(given),
  sampled: () => drawnError(null),
});

it('Fisher takes whatever a task draws from its network: here, numbers about its output', async () => {
  const { forward, batches } = CASES['denoiser']!;
  const [batch] = batches;
  const random = randomFrom('noise');
  const numbers = Array.from({ length: BATCH * 72 }, () => random.unit());
  let i = 0;
  const rng = () => numbers[i++]!;
  const fisher = await gather(statisticOf('fisher'), forward, [batch!], { loss: drawnError('never'), rng });
  expect(i).toBe(numbers.length);
  // one example at a time, against targets made from what the network says
  const { noise } = await infer(forward, { x: batch!['x']!, t: batch!['t']! }, { provider: 'cpu' });
  const sums = new Map<string, Float64Array>();
  for (let n = 0; n < BATCH; n += 1) {
    const part = (name: string, size: number) => batch![name]!.data.slice(size * n, size * (n + 1));
    const own = Float32Array.from(
      { length: 72 },
      (_, k) => Number(noise!.data[72 * n + k]) + numbers[72 * n + k]! - 0.5,
    );
    const feeds = {
      x: floats(part('x', 72) as Float32Array, [1, 2, 6, 6]),
      t: tensor('int64', [1], part('t', 1) as BigInt64Array),
      given: floats(own, [1, 2, 6, 6]),
    };
    const found = await gather(statisticOf('gradient'), forward, [feeds], {
      loss: drawnError('given'),
      batch: 1,
      rng: () => 0,
    });
    for (const [name, g] of found)
      sums.set(
        name,
        Float64Array.from(g, (v, k) => v * v + (sums.get(name)?.[k] ?? 0)),
      );
  }
  expect(fisher.size).toBe(4);
  for (const [name, found] of fisher) expectSame(found, sums.get(name)!, name);
});
