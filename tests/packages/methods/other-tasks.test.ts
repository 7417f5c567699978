/** Statistics and criteria on tasks that do not classify, against PyTorch; and what a task cannot give is refused. */
import type { Loss } from '@topiary/autodiff';
import { assertLoss, checkParameters, methodOf, type PerInitializer, scoreGroups, statisticOf } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { findGroups } from '@topiary/pruning';
import type { Feeds } from '@topiary/runtime';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { BATCH, gather } from './gathering.js';
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
const collectedFor = async (id: string, { forward, batches }: Case, loss: Loss | null) => {
  const criterion = methodOf('criterion', id);
  const random = randomFrom(`other-tasks/${id}`);
  const found = new Map<string, PerInitializer>();
  for (const { statistic } of criterion.collects(checkParameters(criterion, {}))) {
    found.set(statistic, await gather(statisticOf(statistic), forward, batches, { loss, rng: () => random.unit() }));
  }
  return found;
};

/** Scores by the layer that makes the channels of a group. */
const scoresOf = async (id: string, one: Case, loss: Loss | null): Promise<Map<string, Float64Array>> => {
  const criterion = methodOf('criterion', id);
  const statistics = await collectedFor(id, one, loss);
  const { groups } = findGroups(one.forward);
  const params = checkParameters(criterion, { normalise: 'none' });
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
    expect(() => assertLoss([statisticOf('fisher')], one.loss)).toThrow(
      expect.objectContaining({ code: 'TOPIARY_METHODS_CANNOT_SERVE' }),
    );
  });
});

it('without a loss, what needs a gradient is refused, and nothing else is', () => {
  const of = (...ids: readonly string[]) => ids.map((id) => statisticOf(id));
  for (const id of ['gradient', 'squared-gradient', 'last-squared-gradient', 'fisher'])
    expect(() => assertLoss(of('map-rank', id), null)).toThrow(`statistic ${id}`);
  expect(() => assertLoss(of('activation-mean', 'channel-energy', 'map-rank', 'response-gram'), null)).not.toThrow();
});
