/**
 * The interval of a row, the same in table, sentence, plot and export: where the method's mean lies, over seeds that
 * were not run and test examples that were not drawn.
 *
 *   V = V_seed + V_examples,   df = ν (V / V_seed)²,   shares: logit(a) ± t √V / g, otherwise a ± t √V
 */
import { CONFIDENCE, type Estimate } from './intervals.js';
import { type MetricScale, offTheEdge, type RowEvidence, unitsOf } from './row-evidence.js';
import { type SeedPart, type SeedSpread, seedPart } from './seed-spread.js';
import { studentQuantile } from './student-quantile.js';

export interface RowInterval extends Estimate {
  /** What the bounds account for; `none`: they are unknown. */
  readonly covers: 'seeds and examples' | 'seeds' | 'examples' | 'none';
  /** One seed: the spread over seeds is that of the other rows. */
  readonly isSpreadBorrowed: boolean;
  readonly df: number | null;
}

/** Degrees of freedom of a sum of which only the seeds' part is uncertain (Satterthwaite). */
export const degrees = (
  whole: number,
  parts: readonly { readonly variance: number; readonly df: number }[],
): number => {
  const uncertain = parts.reduce((sum, { variance, df }) => sum + variance ** 2 / df, 0);
  return uncertain === 0 ? Number.POSITIVE_INFINITY : whole ** 2 / uncertain;
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const clamp = (x: number, [low, high]: MetricScale['bounds']): number =>
  Math.min(high ?? Number.POSITIVE_INFINITY, Math.max(low ?? Number.NEGATIVE_INFINITY, x));

/** By the logarithm of the odds, so that no bound leaves [0, 1]; its deviation is that of the share over g. */
const shareBounds = ({ value, examples, scale }: RowEvidence, half: number): readonly [number, number] => {
  const edge = offTheEdge(value, examples);
  const centre = Math.log(edge / (1 - edge));
  return [Math.min(value, sigmoid(centre - half / scale)), Math.max(value, sigmoid(centre + half / scale))];
};

/** `half` to both sides of a row, on the metric's scale and inside its bounds. */
export const boundsAround = (row: RowEvidence, half: number, metric: MetricScale): readonly [number, number] => {
  const { fromUnit } = unitsOf(metric);
  const [low, high] = metric.estimator === 'share' ? shareBounds(row, half) : [row.value - half, row.value + half];
  return [clamp(fromUnit(low), metric.bounds), clamp(fromUnit(high), metric.bounds)];
};

const coverOf = (seed: SeedPart | null, examples: number | null): RowInterval['covers'] => {
  if (seed && examples !== null) return 'seeds and examples';
  if (seed) return 'seeds';
  return examples === null ? 'none' : 'examples';
};

export const rowInterval = (
  row: RowEvidence,
  metric: MetricScale,
  spread: SeedSpread | null,
  confidence = CONFIDENCE,
): RowInterval => {
  const value = unitsOf(metric).fromUnit(row.value);
  const seed = seedPart(row, spread);
  const covers = coverOf(seed, row.exampleVariance);
  const isSpreadBorrowed = seed?.isBorrowed ?? false;
  if (covers === 'none') return { value, low: null, high: null, covers, isSpreadBorrowed, df: null };
  const whole = (seed?.variance ?? 0) + (row.exampleVariance ?? 0);
  const df = degrees(whole, seed ? [seed] : []);
  const [low, high] = boundsAround(row, studentQuantile(confidence, df) * Math.sqrt(whole), metric);
  return { value, low, high, covers, isSpreadBorrowed, df };
};
