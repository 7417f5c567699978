/** Order, dense ranks and tiers of a leaderboard. */
import { type Steps, sortSteps } from './in-steps.js';
import type { Direction } from './pareto.js';

/** What decides a row's place: the metric, then parameters left, then seconds (spec: never rounded before). */
export interface RankKey {
  readonly metric: number | null;
  readonly params: number | null;
  readonly seconds: number | null;
}

const missing = (value: number | null): boolean => value === null || Number.isNaN(value);

/** Missing values come last whatever the direction. */
const compare = (a: number | null, b: number | null, direction: Direction): number => {
  if (missing(a) || missing(b)) return Number(missing(a)) - Number(missing(b));
  return direction === 'higher' ? b! - a! : a! - b!;
};

export const compareKeys = (a: RankKey, b: RankKey, direction: Direction): number =>
  compare(a.metric, b.metric, direction) ||
  compare(a.params, b.params, 'lower') ||
  compare(a.seconds, b.seconds, 'lower');

/** Sorted as on a leaderboard: best first; equal rows keep their order. Numbers that lie together decide most of it. */
export function* sortRows<T>(rows: readonly T[], keyOf: (row: T) => RankKey, direction: Direction): Steps<T[]> {
  const keys = rows.map(keyOf);
  const metrics = Float64Array.from(keys, ({ metric }) => metric ?? Number.NaN);
  yield;
  const sign = direction === 'higher' ? -1 : 1;
  const order = yield* sortSteps([...rows.keys()], (a, b) => {
    const difference = sign * (metrics[a]! - metrics[b]!);
    // Equal, or one of them missing.
    return difference < 0 || difference > 0 ? difference : compareKeys(keys[a]!, keys[b]!, direction);
  });
  return order.map((place) => rows[place]!);
}

/**
 * Dense ranks (1, 2, 2, 3) of rows in leaderboard order. Rows share a rank when their whole keys are equal;
 * rows without a metric have none.
 */
export const denseRanks = (sorted: readonly RankKey[], direction: Direction): (number | null)[] => {
  let rank = 0;
  return sorted.map((key, i) => {
    if (missing(key.metric)) return null;
    const before = sorted[i - 1];
    if (before === undefined || compareKeys(before, key, direction) !== 0) rank += 1;
    return rank;
  });
};

/**
 * Tiers of rows in leaderboard order: a row stays in its neighbour's tier when `alike` cannot tell the two apart.
 * `against: 'leader'` compares with the first row of the tier instead, so that a tier cannot drift down a long chain.
 */
export const tiersOf = <T>(
  sorted: readonly T[],
  alike: (above: T, row: T) => boolean,
  against: 'neighbour' | 'leader' = 'neighbour',
): number[] => {
  let tier = 0;
  let leader = 0;
  return sorted.map((row, i) => {
    if (i === 0 || !alike(sorted[against === 'leader' ? leader : i - 1]!, row)) {
      tier += 1;
      leader = i;
    }
    return tier;
  });
};
