/**
 * Do two methods differ? A test crossed over seeds and test examples: other seeds and other examples would have to show
 * the same. Never pooled bits, which take the seeds that were run for the method itself.
 *
 *   q_i = p_ai - p_bi,   V = V_seed,a + V_seed,b + max(0, var(q_i) - w_a/S_a - w_b/S_b) / N,
 *   df = V² / (V_seed,a²/ν_a + V_seed,b²/ν_b),   t = (a - b) / √V
 */
import type { RowAnswers } from './answers.js';
import { variance } from './descriptive.js';
import { studentTwoSided } from './distributions.js';
import { CONFIDENCE } from './intervals.js';
import { type MetricScale, type RowEvidence, unitsOf } from './row-evidence.js';
import { degrees } from './row-interval.js';
import { type SeedPart, type SeedSpread, seedPart } from './seed-spread.js';
import { studentQuantile } from './student-quantile.js';

/** What the difference of two rows varies by, on the scale of the evidence. */
export interface PairVariance {
  readonly seeds: readonly [SeedPart, SeedPart];
  /** V_examples. */
  readonly examples: number;
  /** Both answered the same examples, so that what makes an example hard for both cancels out. */
  readonly isPaired: boolean;
}

export interface RowDifference {
  /** a minus b on the metric's scale. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly df: number;
  /** Two-sided. */
  readonly p: number;
  readonly isPaired: boolean;
}

const pairedAnswers = (a: RowAnswers, b: RowAnswers): number => {
  const squares = a.squares + b.squares - 2 * a.products(b);
  const sum = a.sum - b.sum;
  return (squares - (sum * sum) / a.n) / (a.n - 1);
};

const noiseOf = ({ within, seeds }: RowEvidence): number => (within ?? 0) / seeds;

const pairedResamples = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  variance(Float64Array.from(a, (value, i) => value - b[i]!));

/** Of the examples' part; null: the rows have no examples in common, and what is known of each adds up. */
export const pairedExamples = (a: RowEvidence, b: RowEvidence): number | null => {
  if (a.resamples && b.resamples && a.resamples.length === b.resamples.length && a.resamples.length > 1) {
    return pairedResamples(a.resamples, b.resamples);
  }
  if (!a.answers || !b.answers || a.answers.n !== b.answers.n || a.answers.n < 2) return null;
  return Math.max(0, pairedAnswers(a.answers, b.answers) - noiseOf(a) - noiseOf(b)) / a.answers.n;
};

/** Null: nothing is known about how far the seeds of one of them differ. */
export const pairVariance = (
  a: RowEvidence,
  b: RowEvidence,
  spread: SeedSpread | null,
  paired = pairedExamples(a, b),
): PairVariance | null => {
  const [first, second] = [seedPart(a, spread), seedPart(b, spread)];
  if (!first || !second) return null;
  const examples = paired ?? (a.exampleVariance ?? 0) + (b.exampleVariance ?? 0);
  return { seeds: [first, second], examples, isPaired: paired !== null };
};

const pOf = (difference: number, whole: number, df: number): number => {
  if (difference === 0) return 1;
  return whole === 0 ? 0 : studentTwoSided(Math.abs(difference) / Math.sqrt(whole), Math.min(df, 1e6));
};

/** Null where nothing is known about how far seeds differ: one seed each, and no ranking to borrow from. */
export const compareRows = (
  a: RowEvidence,
  b: RowEvidence,
  metric: MetricScale,
  spread: SeedSpread | null,
  confidence = CONFIDENCE,
): RowDifference | null => {
  const parts = pairVariance(a, b, spread);
  if (!parts) return null;
  const { width } = unitsOf(metric);
  const difference = a.value - b.value;
  const whole = parts.seeds[0].variance + parts.seeds[1].variance + parts.examples;
  const df = degrees(whole, parts.seeds);
  const half = studentQuantile(confidence, df) * Math.sqrt(whole);
  return {
    difference: width * difference,
    low: width * (difference - half),
    high: width * (difference + half),
    df,
    p: pOf(difference, whole, df),
    isPaired: parts.isPaired,
  };
};

/** The p value alone, for families of many rows; `paired` where it is known already. */
export const pValue = (
  a: RowEvidence,
  b: RowEvidence,
  spread: SeedSpread | null,
  paired = pairedExamples(a, b),
): number | null => {
  const parts = pairVariance(a, b, spread, paired);
  if (!parts) return null;
  const whole = parts.seeds[0].variance + parts.seeds[1].variance + parts.examples;
  return pOf(a.value - b.value, whole, degrees(whole, parts.seeds));
};
