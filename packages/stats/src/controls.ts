/**
 * A row beside its controls: how far it stands above random pruning, and how much of that its layer widths explain
 * (the same widths with the channels shuffled inside each group); and whether random's interval is narrow enough for the
 * target to say anything.
 */
import type { Estimate } from './intervals.js';
import { pointOf } from './points.js';
import type { MetricScale, RowEvidence } from './row-evidence.js';
import type { SeedSpread } from './seed-spread.js';
import { compareRows, type RowDifference } from './two-rows.js';

export interface Controlled {
  /** Row minus random, positive = better whatever the metric's direction; null: not testable. */
  readonly aboveRandom: RowDifference | null;
  /** Shuffled channels minus random: what the widths alone bring. */
  readonly byWidths: RowDifference | null;
  /** Row minus shuffled channels: what the choice of channels brings. */
  readonly byChoice: RowDifference | null;
  /** Of the distance from random, the part that the widths explain; null where row and random cannot be told apart. */
  readonly widthShare: number | null;
}

interface ControlOptions {
  readonly metric: MetricScale;
  readonly spread: SeedSpread | null;
  readonly significance?: number;
}

/** a over b in the direction in which the metric is better. */
const gain = (
  a: RowEvidence | null,
  b: RowEvidence | null,
  { metric, spread }: ControlOptions,
): RowDifference | null => {
  if (!a || !b) return null;
  return metric.direction === 'higher' ? compareRows(a, b, metric, spread) : compareRows(b, a, metric, spread);
};

export const besideControls = (
  row: RowEvidence,
  { random, shuffled }: { readonly random: RowEvidence | null; readonly shuffled: RowEvidence | null },
  options: ControlOptions,
): Controlled => {
  const aboveRandom = gain(row, random, options);
  const byWidths = gain(shuffled, random, options);
  const isTold = aboveRandom !== null && aboveRandom.p < (options.significance ?? 0.05);
  const widthShare = isTold && byWidths ? byWidths.difference / aboveRandom.difference : null;
  return { aboveRandom, byWidths, byChoice: gain(row, shuffled, options), widthShare };
};

/** `more seeds`: the interval may still become narrow enough; `unfit`: the target is not ranked. */
export type ControlVerdict = 'fit' | 'more seeds' | 'unfit';

/** What the points of a metric are told by. */
export interface ControlScale {
  readonly metric: MetricScale;
  /** Of the base network; null: nobody knows it. */
  readonly base: number | null;
}

/** Points to either side within which random pruning counts as known, and the seeds after which it is given up. */
const HALF_WIDTH = 3;
const MOST_SEEDS = 12;

/** Random gets seeds until the half-width of its interval is at most 3 points (`points.ts`), at most 12. */
export const controlVerdict = (
  { value, low, high }: Estimate,
  seeds: number,
  { metric, base }: ControlScale,
): ControlVerdict => {
  const enough = HALF_WIDTH * pointOf(metric, { random: value, base });
  if (low !== null && high !== null && (high - low) / 2 <= enough) return 'fit';
  return seeds < MOST_SEEDS ? 'more seeds' : 'unfit';
};
