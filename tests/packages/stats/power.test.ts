/** Planned seeds against drawn ones: as often as promised the test then sees the difference. */
import { compareRows, evidenceOf, type MetricScale, powerOf, type RowEvidence } from '@topiary/stats';
import { describe, expect, it } from 'vitest';
import { normals } from '../../../scripts/experiments/simulated-rows.js';

const loss: MetricScale = { estimator: 'mean', bounds: [null, null], direction: 'lower' };
const top1: MetricScale = { estimator: 'share', bounds: [0, 100], direction: 'higher' };
/** Seeds differ by 1, and the ranking knows it well. */
const spread = { variance: 1, df: 400, rows: 50 };

const row = (values: readonly number[], metric = loss, examples: number | null = null): RowEvidence =>
  evidenceOf({ id: 'row', values, examples, answers: null }, metric);

describe('how many seeds separate two rows', () => {
  it('is the textbook number: 2 (z₀.₉₇₅ + z₀.₈)² σ² / δ² of each', () => {
    const found = powerOf(row([0, 0]), row([1, 1]), { metric: loss, spread })!;
    // 2 · (1.960 + 0.842)² = 15.7
    expect(found).toMatchObject({ verdict: 'more seeds', seeds: 16, missing: [14, 14] });
  });

  it('lets the test see the difference as often as promised', () => {
    const { seeds } = powerOf(row([0, 0]), row([1, 1]), { metric: loss, spread })!;
    const normal = normals(5);
    const draw = (centre: number) => row(Array.from({ length: seeds! }, () => centre + normal()));
    let seen = 0;
    for (let i = 0; i < 1000; i += 1) {
      // the ranking's spread is known, so the row's own adds nothing: V = 1 / S on each side
      const [a, b] = [draw(0), draw(1)].map((one) => ({ ...one, seedVariance: 1 }));
      if (compareRows(a!, b!, loss, spread)!.p < 0.05) seen += 1;
    }
    expect(seen / 1000).toBeGreaterThan(0.77);
    expect(seen / 1000).toBeLessThan(0.86);
  });

  it('counts what each of the two has already', () => {
    const found = powerOf(row([0, 0]), row([1, 1, 1, 1, 1]), { metric: loss, spread })!;
    expect(found.missing).toEqual([found.seeds! - 2, found.seeds! - 5]);
  });

  it('is none where the two are told apart already', () => {
    expect(powerOf(row([0, 0]), row([9, 9]), { metric: loss, spread })).toMatchObject({
      verdict: 'separated',
      missing: [0, 0],
    });
  });

  it('does not exist where too few examples blur the difference: no power', () => {
    // 80.0 against 80.5 on 100 examples: a deviation of the difference of 5.6 points whatever the seeds
    const quiet = { variance: 1e-6, df: 4, rows: 9 };
    const [a, b] = [row([80, 80], top1, 100), row([80.5, 80.5], top1, 100)];
    const found = powerOf(a, b, { metric: top1, spread: quiet })!;
    expect(found).toMatchObject({ verdict: 'no power', seeds: null, missing: null });
    expect(found.detectable).toBeGreaterThan(10);
  });

  it('grows with the level that a family demands, and is unknown without any spread', () => {
    const at = (level: number) => powerOf(row([0, 0]), row([1.5, 1.5]), { metric: loss, spread, level })!.seeds!;
    expect(at(0.05 / 100)).toBeGreaterThan(at(0.05));
    expect(powerOf(row([0]), row([1]), { metric: loss, spread: null })).toBeNull();
  });
});
