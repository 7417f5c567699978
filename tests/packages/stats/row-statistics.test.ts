/** Spread, intervals, tests and places of nine rows against the same computed answer by answer in 30 digits. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  bitAnswers,
  compareRows,
  evidenceOf,
  familyPlaces,
  type MetricScale,
  packBits,
  rowInterval,
  seedPart,
  seedSpread,
} from '@topiary/stats';
import { describe, expect, it } from 'vitest';

interface Reference {
  readonly examples: number;
  readonly rows: Readonly<Record<string, readonly string[]>>;
  readonly spread: { readonly df: number; readonly variance: number };
  /** Value, low, high, degrees of freedom. */
  readonly intervals: Readonly<Record<string, readonly [number, number, number, number]>>;
  /** Difference, half-width, degrees of freedom, p. */
  readonly pairs: Readonly<Record<string, readonly [number, number, number, number]>>;
  readonly holm: Readonly<Record<string, number>>;
  readonly standing: readonly string[];
  readonly places: Readonly<Record<string, string>>;
}

const reference: Reference = JSON.parse(readFileSync(join(import.meta.dirname, 'row-statistics.json'), 'utf8'));
const top1: MetricScale = { estimator: 'share', bounds: [0, 100], direction: 'higher' };

const evidence = Object.entries(reference.rows).map(([id, runs]) => {
  const bits = runs.map((run) => [...run].map(Number));
  const { examples } = reference;
  const values = bits.map((run) => (100 * run.reduce((sum, bit) => sum + bit, 0)) / examples);
  return evidenceOf({ id, values, examples, answers: bitAnswers(bits.map(packBits), examples) }, top1);
});
const spread = seedSpread(evidence);
const family = evidence.filter(({ seeds }) => seeds > 1);

describe('rows with seeds and answers', () => {
  it('share the spread over seeds that moderated variances give', () => {
    expect(spread!.df).toBeCloseTo(reference.spread.df, 9);
    expect(spread!.variance).toBeCloseTo(reference.spread.variance, 12);
    expect(spread!.rows).toBe(8);
  });

  it.each(evidence.map((row) => [row.id, row] as const))('have the interval of the formula: %s', (id, row) => {
    const [value, low, high, df] = reference.intervals[id]!;
    const found = rowInterval(row, top1, spread);
    expect(found.value).toBeCloseTo(value, 9);
    expect(found.low).toBeCloseTo(low, 6);
    expect(found.high).toBeCloseTo(high, 6);
    expect(found.df! / df).toBeCloseTo(1, 8);
    expect(found.isSpreadBorrowed).toBe(row.seeds === 1);
  });

  it('are told apart by the p values of the formula', () => {
    const pairs = evidence.flatMap((a, i) => evidence.slice(i + 1).map((b) => [a, b] as const));
    expect(pairs).toHaveLength(Object.keys(reference.pairs).length);
    for (const [a, b] of pairs) {
      const [difference, half, df, p] = reference.pairs[a.id + b.id]!;
      const found = compareRows(a, b, top1, spread)!;
      expect(found.difference).toBeCloseTo(difference, 9);
      expect(found.high - found.difference).toBeCloseTo(half, 6);
      expect(found.df / df).toBeCloseTo(1, 8);
      expect(found.p).toBeCloseTo(p, 10);
      expect(compareRows(b, a, top1, spread)!.p).toBeCloseTo(p, 10);
    }
  });

  it('have the places that Holm leaves open, best value first', () => {
    const { pairs, places } = familyPlaces(family, { metric: top1, spread });
    for (const { better, worse, p } of pairs) {
      expect(p).toBeCloseTo(reference.holm[[better, worse].sort().join('')]!, 9);
    }
    expect(pairs.flatMap((one) => (one.stands ? [[one.better, one.worse].sort().join('')] : [])).sort()).toEqual(
      reference.standing,
    );
    expect(Object.fromEntries(places.map(({ id, text }) => [id, text]))).toEqual(reference.places);
    const values = places.map(({ id }) => family.find((row) => row.id === id)!.value);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });
});

describe('the spread over seeds', () => {
  const row = (seeds: number, seedVariance: number | null, scale = 1) => ({ seeds, seedVariance, scale });

  it('of fewer than eight rows is that of all rows of the board', () => {
    const [few, others] = [[row(3, 4), row(3, 1)], Array.from({ length: 9 }, (_, i) => row(3, i + 1))];
    expect(seedSpread(few, () => others)).toEqual(seedSpread([...few, ...others]));
    expect(seedSpread(others, () => few)).toEqual(seedSpread(others));
  });

  it('is worth at most four degrees of freedom, and four where all rows differ as much as chance makes them', () => {
    // equal variances differ less than a chi-square would: the right side is negative
    const equal = Array.from({ length: 10 }, () => row(3, 0.5));
    expect(seedSpread(equal)!.df).toBe(4);
    // e = ln 0.5 - ψ(1) + ln 1, s₀² = exp(e + ψ(2) - ln 2) = 0.5 exp(ψ(2) - ψ(1)) / 2 = 0.5 e / 2
    expect(seedSpread(equal)!.variance).toBeCloseTo((0.5 * Math.E) / 2, 12);
  });

  it('is not made smaller by rows whose seeds agree to the last digit, unless all do', () => {
    const rows = Array.from({ length: 8 }, (_, i) => row(3, 1 + i));
    expect(seedSpread([...rows, row(3, 0)])!.variance).toBe(seedSpread(rows)!.variance);
    expect(seedSpread([row(3, 0), row(3, 0)])).toMatchObject({ variance: 0, df: 4 });
  });

  it('is unknown where every row has one seed, and so is what one seed would differ by', () => {
    expect(seedSpread([row(1, null), row(1, null)])).toBeNull();
    expect(seedPart(row(1, null), null)).toBeNull();
  });

  it('keeps a row that two agreeing seeds would make certain as uncertain as the others', () => {
    const usual = { variance: 0.04, df: 2, rows: 9 };
    expect(seedPart(row(2, 1e-9, 0.2), usual)).toEqual({ variance: (0.04 * 0.2 ** 2) / 2, df: 3, isBorrowed: false });
    expect(seedPart(row(2, 0.5, 0.2), usual)!.variance).toBe(0.25);
  });
});
