/** Second runs of a row: by hand, and of simulated methods with other seeds. */
import { evidenceOf, expectedAgain, isReproduced, type MetricScale, seedSpread, studentQuantile } from '@topiary/stats';
import { describe, expect, it } from 'vitest';
import { simulateRanking } from '../../../scripts/experiments/simulated-rows.js';

const top1: MetricScale = { estimator: 'share', bounds: [0, 100], direction: 'higher' };
const loss: MetricScale = { estimator: 'mean', bounds: [null, null], direction: 'lower' };

describe('a second run', () => {
  it('is expected around the first by the spread of both, and counts inside it', () => {
    const row = evidenceOf({ id: 'row', values: [1, 2, 3], examples: null, answers: null }, loss);
    const quiet = { variance: 0, df: 4, rows: 9 };
    const [low, high] = expectedAgain(row, { metric: loss, spread: quiet, seeds: 1 })!;
    const half = studentQuantile(0.95, 6) * Math.sqrt(1 / 3 + 1);
    expect([low, high]).toEqual([expect.closeTo(2 - half, 10), expect.closeTo(2 + half, 10)]);
    expect(isReproduced(row, [2 + 0.99 * half], { metric: loss, spread: quiet })).toBe(true);
    expect(isReproduced(row, [2 + 1.01 * half], { metric: loss, spread: quiet })).toBe(false);
    // more seeds of the second run leave it less room
    expect(isReproduced(row, [2 + 0.99 * half, 2 + 0.99 * half], { metric: loss, spread: quiet })).toBe(false);
  });

  it('on other examples has more room, and cannot be judged where no spread is known', () => {
    const row = evidenceOf({ id: 'row', values: [80, 81], examples: 500, answers: null }, top1);
    const spread = { variance: 0.001, df: 4, rows: 9 };
    const [same, other] = [true, false].map(
      (isSameSplit) => expectedAgain(row, { metric: top1, spread, seeds: 2, isSameSplit })!,
    );
    expect(other![0]).toBeLessThan(same![0]);
    const single = evidenceOf({ id: 'row', values: [80], examples: 500, answers: null }, top1);
    expect(isReproduced(single, [80], { metric: top1, spread: null })).toBeNull();
  });

  it('of the same method with other seeds counts in at least nine of ten cases', () => {
    const setting = { rows: 12, examples: 600, seeds: 3, points: 1.5 };
    const outcomes = Array.from({ length: 15 }, (_, r) => {
      const { rows, again } = simulateRanking(setting, 100 + r);
      const evidence = rows.map((row) => evidenceOf(row, top1));
      const spread = seedSpread(evidence);
      return evidence.map((row, i) => isReproduced(row, again[i]!.values, { metric: top1, spread }));
    }).flat();
    expect(outcomes.filter(Boolean).length / outcomes.length).toBeGreaterThan(0.9);
    expect(outcomes).toContain(false);
  });
});
