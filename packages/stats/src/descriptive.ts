/** Mean and standard deviation, and the sums they rest on. */
import { TopiaryError } from '@topiary/errors';

/** Statistics are only asked of something: an empty list is the caller's mistake, not a zero. */
export const needValues = (values: ArrayLike<number>, least: number, where: string): void => {
  if (values.length >= least) return;
  throw new TopiaryError('TOPIARY_STATS_BAD_INPUT', { where, expected: `${least} values`, got: `${values.length}` });
};

export const mean = (values: ArrayLike<number>): number => {
  needValues(values, 1, 'mean');
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return sum / values.length;
};

/** Unbiased: Σ (x − x̄)² / (n − 1). */
export const variance = (values: ArrayLike<number>): number => {
  needValues(values, 2, 'variance');
  const centre = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += (values[i]! - centre) ** 2;
  return sum / (values.length - 1);
};

/** Of a sample: the root of the unbiased variance. */
export const standardDeviation = (values: ArrayLike<number>): number => Math.sqrt(variance(values));

export const median = (values: ArrayLike<number>): number => {
  needValues(values, 1, 'median');
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
