/** Intervals of rows at the edges of what is known, by hand. */
import {
  bitAnswers,
  compareRows,
  evidenceOf,
  type MetricScale,
  numberAnswers,
  packBits,
  type RowRuns,
  rowInterval,
  variance,
} from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const top1: MetricScale = { estimator: 'share', bounds: [0, 100], direction: 'higher' };
const loss: MetricScale = { estimator: 'mean', bounds: [0, null], direction: 'lower' };
const distance: MetricScale = { estimator: 'set', bounds: [0, null], direction: 'lower' };
const spread = { variance: 0.01, df: 4, rows: 12 };

const row = (values: readonly number[], rest: Partial<RowRuns> = {}): RowRuns => ({
  id: 'row',
  values,
  examples: null,
  answers: null,
  ...rest,
});

describe('the interval of a row', () => {
  it('of a network that is always right ends below 100 by a few examples, and never above it', () => {
    const runs = [0, 1].map(() => packBits(new Uint8Array(4000).fill(1)));
    const perfect = evidenceOf(row([100, 100], { answers: bitAnswers(runs, 4000) }), top1);
    const { low, high } = rowInterval(perfect, top1, { variance: 0, df: 4, rows: 3 });
    expect(high).toBe(100);
    // three in 4,000 could go wrong unseen: the rule of three
    expect(low).toBeLessThan(100 - 100 * (3 / 4000));
    expect(low).toBeGreaterThan(99.5);
  });

  it('of one seed without a ranking to borrow from is over examples alone, and says so', () => {
    const one = evidenceOf(row([80], { examples: 4000 }), top1);
    const found = rowInterval(one, top1, null);
    expect(found).toMatchObject({ covers: 'examples', isSpreadBorrowed: false });
    // by the odds: ln 4 ± 1.96 / √(4000 · 0.16)
    const half = 1.959963984540054 / Math.sqrt(4000 * 0.16);
    expect(found.low).toBeCloseTo(100 / (1 + Math.exp(-(Math.log(4) - half))), 9);
    expect(found.high).toBeCloseTo(100 / (1 + Math.exp(-(Math.log(4) + half))), 9);
  });

  it('of a printed number has no bounds', () => {
    expect(rowInterval(evidenceOf(row([76.3]), top1), top1, null)).toMatchObject({
      covers: 'none',
      low: null,
      high: null,
    });
  });

  it('of one seed borrows the spread of the others and is marked', () => {
    const found = rowInterval(evidenceOf(row([80], { examples: 4000 }), top1), top1, spread);
    expect(found).toMatchObject({ covers: 'seeds and examples', isSpreadBorrowed: true });
    const [seed, examples] = [0.01 * 0.16 ** 2, 0.16 / 4000];
    expect(found.df).toBeCloseTo(4 * ((seed + examples) / seed) ** 2, 9);
  });

  it('of a mean is symmetric, inside its bounds, and takes the noise within an example out of its examples', () => {
    const runs = [Float32Array.of(0, 1, 2, 3), Float32Array.of(2, 1, 4, 5)];
    const evidence = evidenceOf(row([1.5, 3], { answers: numberAnswers(runs) }), loss);
    // means 1, 1, 3, 4; within an example (2, 0, 2, 2), their mean 1.5; var of means 2.25
    expect(evidence.within).toBeCloseTo(1.5, 12);
    expect(evidence.exampleVariance).toBeCloseTo((2.25 - 1.5 / 2) / 4, 12);
    const { low, high, value } = rowInterval(evidence, loss, null);
    expect(value).toBe(2.25);
    expect(low).toBe(0);
    expect(high! - value).toBeGreaterThan(value);
  });

  it('of a property of the whole set rests on its resamples, and two rows on the same resamples are paired', () => {
    const [a, b] = [Float64Array.of(10, 12, 14, 13), Float64Array.of(11, 13, 15.5, 14)];
    const first = evidenceOf(row([12, 12.5], { resamples: a }), distance);
    const second = evidenceOf(row([13, 13.7], { resamples: b }), distance);
    expect(first.exampleVariance).toBeCloseTo(variance(a), 12);
    const quiet = { variance: 0, df: 4, rows: 9 };
    const found = compareRows(first, second, distance, quiet)!;
    const seeds = [0.125 / 2, 0.245 / 2];
    const whole = seeds[0]! + seeds[1]! + variance([1, 1, 1.5, 1]);
    expect(found.isPaired).toBe(true);
    expect(found.df).toBeCloseTo(whole ** 2 / (seeds[0]! ** 2 / 5 + seeds[1]! ** 2 / 5), 9);
  });

  it('needs both bounds of a share, and as many answers as values', () => {
    expect(() => evidenceOf(row([80]), { ...top1, bounds: [0, null] })).toThrow(/both bounds of a share/);
    const answers = bitAnswers([packBits([1, 0])], 2);
    expect(() => evidenceOf(row([50, 50], { answers }), top1)).toThrow(/expected answers of 2 seeds in row; got 1/);
  });
});

describe('two rows', () => {
  it('that agree on every example and seed do not differ', () => {
    const answers = bitAnswers([packBits([1, 0, 1, 1])], 4);
    const one = evidenceOf(row([75], { answers }), top1);
    expect(compareRows(one, one, top1, spread)).toMatchObject({ difference: 0, p: 1, isPaired: true });
  });

  it('of one seed each and without a ranking cannot be compared as methods', () => {
    const one = evidenceOf(row([75], { examples: 4000 }), top1);
    expect(compareRows(one, evidenceOf(row([70], { examples: 4000 }), top1), top1, null)).toBeNull();
  });

  it('whose answers are not at hand are compared as if their examples were others', () => {
    const [a, b] = [75, 70].map((value) => evidenceOf(row([value, value + 1], { examples: 4000 }), top1));
    const found = compareRows(a!, b!, top1, spread)!;
    expect(found.isPaired).toBe(false);
    expect(found.low).toBeLessThan(found.difference);
  });
});
