/**
 * How many seeds would separate two rows, if they differ as much as they seem to: the least S at which
 * |a - b| ≥ (t_level + t_power) √V(S), with V(S) = (S_a V_seed,a + S_b V_seed,b) / S + V_examples. More seeds do not help
 * against too few examples: then only other test sets, or other networks, can tell the two apart.
 */
import { type MetricScale, type RowEvidence, unitsOf } from './row-evidence.js';
import { degrees } from './row-interval.js';
import type { SeedSpread } from './seed-spread.js';
import { studentQuantile } from './student-quantile.js';
import { compareRows, type PairVariance, pairVariance } from './two-rows.js';

export interface PowerOptions {
  readonly metric: MetricScale;
  readonly spread: SeedSpread | null;
  /** What p must fall below; in a family, Holm's next level. */
  readonly level?: number;
  /** The chance to see the difference, if it is there. */
  readonly power?: number;
  readonly mostSeeds?: number;
}

export interface Power {
  readonly verdict: 'separated' | 'more seeds' | 'no power';
  /** Of each of the two; null: no number of them that may be run. */
  readonly seeds: number | null;
  /** What is missing of them: first row, second row. */
  readonly missing: readonly [number, number] | null;
  /** The least difference, on the metric's scale, that the rows as they are would show with the chance asked for. */
  readonly detectable: number;
}

/** (t_level + t_power) √V: what a difference must be to be seen. */
const reach = (level: number, power: number, whole: number, df: number): number =>
  (studentQuantile(1 - level, df) + studentQuantile(2 * power - 1, df)) * Math.sqrt(whole);

/** The same rows with S seeds each. */
const withSeeds = (
  { seeds: [first, second], examples }: PairVariance,
  [a, b]: readonly [RowEvidence, RowEvidence],
  seeds: number,
): { readonly whole: number; readonly df: number } => {
  const parts = [
    { variance: (first.variance * a.seeds) / seeds, df: first.df - a.seeds + seeds },
    { variance: (second.variance * b.seeds) / seeds, df: second.df - b.seeds + seeds },
  ];
  const whole = parts[0]!.variance + parts[1]!.variance + examples;
  return { whole, df: degrees(whole, parts) };
};

/**
 * The least number that is seen, by bisection: with S the variance falls and its degrees of freedom rise, so that whatever
 * is seen with some is seen with more. Null: not even the most.
 */
const leastSeen = (least: number, most: number, isSeen: (seeds: number) => boolean): number | null => {
  if (least > most || !isSeen(most)) return null;
  let [low, high] = [least, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isSeen(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
};

/** Null where nothing is known about how far seeds differ. */
export const powerOf = (
  a: RowEvidence,
  b: RowEvidence,
  { metric, spread, level = 0.05, power = 0.8, mostSeeds = 30 }: PowerOptions,
): Power | null => {
  const [parts, now] = [pairVariance(a, b, spread), compareRows(a, b, metric, spread)];
  if (!parts || !now) return null;
  const { width } = unitsOf(metric);
  const whole = parts.seeds[0].variance + parts.seeds[1].variance + parts.examples;
  const detectable = width * reach(level, power, whole, now.df);
  if (now.p < level) return { verdict: 'separated', seeds: null, missing: [0, 0], detectable };
  const difference = Math.abs(a.value - b.value);
  const isSeen = (count: number): boolean => {
    const more = withSeeds(parts, [a, b], count);
    return reach(level, power, more.whole, more.df) <= difference;
  };
  const seeds = leastSeen(Math.min(a.seeds, b.seeds) + 1, mostSeeds, isSeen);
  if (seeds === null) return { verdict: 'no power', seeds, missing: null, detectable };
  const missing = [Math.max(0, seeds - a.seeds), Math.max(0, seeds - b.seeds)] as const;
  return { verdict: 'more seeds', seeds, missing, detectable };
};
