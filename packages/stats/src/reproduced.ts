/**
 * Does a second run of a row, by somebody else and on other seeds, say the same? The interval of a row is about its mean over
 * all seeds; the seeds of a second run vary around that mean, too, so a second run is expected within
 *
 *   a ± t_ν √(s² / S + s² / S′),   s² = S V_seed,
 *
 * over S′ seeds on the same examples (by the logarithm of the odds for shares). On other examples both example parts
 * join.
 */
import { CONFIDENCE } from './intervals.js';
import type { MetricScale, RowEvidence } from './row-evidence.js';
import { boundsAround, degrees } from './row-interval.js';
import { type SeedSpread, seedPart } from './seed-spread.js';
import { studentQuantile } from './student-quantile.js';

export interface AgainOptions {
  readonly metric: MetricScale;
  readonly spread: SeedSpread | null;
  /** Of the second run. */
  readonly seeds: number;
  readonly isSameSplit?: boolean;
  readonly confidence?: number;
}

/** Where a second run is expected, on the metric's scale; null: nothing is known about how far seeds differ. */
export const expectedAgain = (
  row: RowEvidence,
  { metric, spread, seeds, isSameSplit = true, confidence = CONFIDENCE }: AgainOptions,
): readonly [number, number] | null => {
  const part = seedPart(row, spread);
  if (!part) return null;
  const variance = part.variance * (1 + row.seeds / seeds);
  const whole = variance + (isSameSplit ? 0 : 2 * (row.exampleVariance ?? 0));
  const df = degrees(whole, [{ variance, df: part.df }]);
  return boundsAround(row, studentQuantile(confidence, df) * Math.sqrt(whole), metric);
};

/** Null: it cannot be said. */
export const isReproduced = (
  row: RowEvidence,
  values: readonly number[],
  options: Omit<AgainOptions, 'seeds'>,
): boolean | null => {
  const expected = values.length > 0 ? expectedAgain(row, { ...options, seeds: values.length }) : null;
  if (!expected) return null;
  const value = values.reduce((sum, x) => sum + x, 0) / values.length;
  return value >= expected[0] && value <= expected[1];
};
