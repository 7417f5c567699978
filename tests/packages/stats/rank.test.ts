/** Order, ranks, tiers and intervals, on numbers that can be checked by eye. */
import {
  atOnce,
  compareKeys,
  denseRanks,
  metricInterval,
  paretoFront,
  type RankKey,
  sortRows,
  tiersOf,
} from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const key = (metric: number | null, params: number | null = 0, seconds: number | null = 0): RankKey => ({
  metric,
  params,
  seconds,
});

describe('ranks', () => {
  it('sorts by metric, then parameters left, then seconds, with missing values last', () => {
    const rows = [key(null), key(90, 5, 1), key(91, 9, 9), key(90, 4, 9), key(90, 4, null), key(Number.NaN)];
    const sorted = atOnce(sortRows(rows, (row) => row, 'higher'));
    expect(sorted.slice(0, 4)).toEqual([key(91, 9, 9), key(90, 4, 9), key(90, 4, null), key(90, 5, 1)]);
    expect(atOnce(sortRows([key(null), key(2), key(1)], (row) => row, 'lower'))[2]).toEqual(key(null));
    expect(compareKeys(key(null), key(null), 'higher')).toBe(0);
  });

  it('is dense: equal rows share a rank and the next one follows without a gap', () => {
    const sorted = [key(67.514), key(67.4), key(67.4), key(63.914), key(null)];
    expect(denseRanks(sorted, 'higher')).toEqual([1, 2, 2, 3, null]);
  });

  it('puts neighbours that cannot be told apart into one tier', () => {
    const near = (a: number, b: number) => Math.abs(a - b) <= 1;
    expect(tiersOf([90, 89.5, 88.7, 80, 79.5], near)).toEqual([1, 1, 1, 2, 2]);
    expect(tiersOf([90, 89.5, 88.7, 80, 79.5], near, 'leader')).toEqual([1, 1, 2, 3, 3]);
  });

  it('keeps the points that nothing beats on the front', () => {
    const points = [
      [90, 5],
      [91, 6],
      [89, 6],
      [90, 5],
      [Number.NaN, 1],
    ];
    expect(paretoFront(points, ['higher', 'lower'])).toEqual([0, 1, 3]);
  });
});

const SHARE = { estimator: 'share', bounds: [0, 100] } as const;

describe('metricInterval', () => {
  it('is Student over seeds, Wilson for one seed, and nothing for a single loss', () => {
    // s = 1 around 91 with n = 3: half width 4.30265 / √3
    expect(metricInterval([90, 91, 92], 1000, SHARE)).toMatchObject({ value: 91, interval: 'seeds' });
    expect(metricInterval([90, 91, 92], 1000, SHARE).low).toBeCloseTo(91 - 4.30265 / Math.sqrt(3), 4);
    // Newcombe's 81 of 263
    const single = metricInterval([(100 * 81) / 263], 263, SHARE);
    expect(single.interval).toBe('examples');
    expect(single.low).toBeCloseTo(25.53, 2);
    expect(metricInterval([0.4], 1000, { estimator: 'mean', bounds: [0, null] })).toEqual({
      value: 0.4,
      low: null,
      high: null,
      interval: 'none',
    });
  });

  it('never leaves 0 … 100 %, and falls back to the test set where no seed changes the outcome', () => {
    expect(metricInterval([99, 99.9], 1000, SHARE).high).toBe(100);
    expect(metricInterval([90, 90, 90], 1000, SHARE).interval).toBe('examples');
  });
});
