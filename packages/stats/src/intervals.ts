/** Intervals: over seeds (Student), of one proportion (Wilson), of a difference (Welch, Newcombe), by resampling. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { mean, needValues, standardDeviation, variance } from './descriptive.js';
import { normalCritical, studentCritical } from './distributions.js';

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A value whose bounds may be unknown. */
export interface Estimate {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

export const CONFIDENCE = 0.95;

/** x̄ ± t · s / √n over n ≥ 2 seeds. */
export const studentInterval = (values: ArrayLike<number>, confidence = CONFIDENCE): Interval => {
  const value = mean(values);
  const half = (studentCritical(confidence, values.length - 1) * standardDeviation(values)) / Math.sqrt(values.length);
  return { value, low: value - half, high: value + half };
};

/** Wilson's score interval of `successes` out of `n` (Wilson 1927); it never leaves [0, 1]. */
export const wilsonInterval = (successes: number, n: number, confidence = CONFIDENCE): Interval => {
  needValues({ length: n }, 1, 'wilsonInterval');
  const p = successes / n;
  const z = normalCritical(confidence);
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return { value: p, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
};

/** x̄ − ȳ with unequal variances (Welch 1947), n ≥ 2 on both sides. */
export const welchInterval = (x: ArrayLike<number>, y: ArrayLike<number>, confidence = CONFIDENCE): Interval => {
  const value = mean(x) - mean(y);
  const [p, q] = [variance(x) / x.length, variance(y) / y.length];
  if (p + q === 0) return { value, low: value, high: value };
  const df = (p + q) ** 2 / (p ** 2 / (x.length - 1) + q ** 2 / (y.length - 1));
  const half = studentCritical(confidence, df) * Math.sqrt(p + q);
  return { value, low: value - half, high: value + half };
};

/** A proportion: `successes` of `n`. */
export interface Proportion {
  readonly successes: number;
  readonly n: number;
}

/** Difference of two independent proportions from their Wilson limits (Newcombe 1998, method 10). */
export const newcombeInterval = (a: Proportion, b: Proportion, confidence = CONFIDENCE): Interval => {
  const p = wilsonInterval(a.successes, a.n, confidence);
  const q = wilsonInterval(b.successes, b.n, confidence);
  const value = p.value - q.value;
  return {
    value,
    low: value - Math.hypot(p.value - p.low, q.high - q.value),
    high: value + Math.hypot(p.high - p.value, q.value - q.low),
  };
};

export interface BootstrapOptions {
  readonly seed: number;
  readonly resamples?: number;
  readonly confidence?: number;
}

/** Percentile bootstrap of the mean (or another statistic); the same seed gives the same interval. */
export const bootstrapInterval = (
  values: ArrayLike<number>,
  { seed, resamples = 2000, confidence = CONFIDENCE }: BootstrapOptions,
  statistic: (sample: Float64Array) => number = mean,
): Interval => {
  needValues(values, 1, 'bootstrapInterval');
  const random = xoroshiro128plus(seed);
  const sample = new Float64Array(values.length);
  const draws = new Float64Array(resamples);
  for (let r = 0; r < resamples; r += 1) {
    for (let i = 0; i < sample.length; i += 1) sample[i] = values[uniformInt(random, 0, sample.length - 1)]!;
    draws[r] = statistic(sample);
  }
  draws.sort();
  const at = (share: number) => draws[Math.min(resamples - 1, Math.max(0, Math.round(share * (resamples - 1))))]!;
  const tail = (1 - confidence) / 2;
  return { value: statistic(Float64Array.from(values)), low: at(tail), high: at(1 - tail) };
};
