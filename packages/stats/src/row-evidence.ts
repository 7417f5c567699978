/**
 * What a row's runs say, as the tests need it: the mean over seeds, how much the seeds differ, and how much the examples.
 * Shares are read on [0, 1] whatever their bounds; other metrics on their own scale.
 */
import { TopiaryError } from '@topiary/errors';
import type { RowAnswers } from './answers.js';
import { mean, variance } from './descriptive.js';
import type { Direction } from './pareto.js';

/** What kind of number a metric is: a share of right answers, a mean over examples, or a property of the whole set. */
export interface MetricScale {
  readonly estimator: 'share' | 'mean' | 'set';
  /** Least and greatest possible value; null: none. A share has both. */
  readonly bounds: readonly [number | null, number | null];
  readonly direction: Direction;
}

export interface RowRuns {
  readonly id: string;
  /** One per seed, on the metric's scale. */
  readonly values: readonly number[];
  /** Test examples behind each value; null: unknown. */
  readonly examples: number | null;
  /** Per example; null where none were recorded, or the metric knows no single example. */
  readonly answers: RowAnswers | null;
  /** Of a `set`: the mean over seeds on each of the task's resamples of the examples, the same for every row. */
  readonly resamples?: ArrayLike<number> | null;
}

export interface RowEvidence {
  readonly id: string;
  readonly seeds: number;
  readonly examples: number | null;
  /** Mean over seeds: a share on [0, 1], or the metric's own number. */
  readonly value: number;
  /** Unbiased variance over seeds; null: one seed. */
  readonly seedVariance: number | null;
  /** What a variance over seeds is measured by: a (1 - a) for shares, 1 otherwise. */
  readonly scale: number;
  /** var(p_i) - w/S over N, at least 0; null: unknown. */
  readonly exampleVariance: number | null;
  /** w: the mean variance within an example over seeds; null: one seed, or no answers. */
  readonly within: number | null;
  readonly answers: RowAnswers | null;
  readonly resamples: ArrayLike<number> | null;
}

const bad = (expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_STATS_BAD_INPUT', { where: 'evidenceOf', expected, got });

/** From the metric's scale to that of the evidence and back; `width`: what one unit of a difference is on the metric's. */
export const unitsOf = ({ estimator, bounds: [low, high] }: MetricScale) => {
  if (estimator !== 'share') return { toUnit: (x: number) => x, fromUnit: (x: number) => x, width: 1 };
  if (low === null || high === null || !(high > low)) throw bad('both bounds of a share', `${low}, ${high}`);
  const width = high - low;
  return { toUnit: (x: number) => (x - low) / width, fromUnit: (x: number) => low + width * x, width };
};

/** A share of n examples is never nearer to an edge than half an example, or its logarithm of odds would be infinite. */
export const offTheEdge = (share: number, n: number | null): number => {
  const half = n === null ? 1e-6 : 0.5 / n;
  return Math.min(1 - half, Math.max(half, share));
};

/** w = S/(S-1) · mean over examples of the variance over seeds; of bits, p (1 - p). */
const withinOf = ({ n, seeds, squares, meanSquares }: RowAnswers): number | null =>
  seeds < 2 ? null : ((seeds / (seeds - 1)) * (meanSquares - squares)) / n;

const between = ({ n, sum, squares }: RowAnswers): number => (n < 2 ? 0 : (squares - (sum * sum) / n) / (n - 1));

const exampleVarianceOf = (
  { estimator }: MetricScale,
  { examples, answers, resamples }: RowRuns,
  scale: number,
): number | null => {
  if (resamples && resamples.length > 1) return variance(resamples);
  // A share that every run answered alike at an edge is still a share of finitely many examples.
  const coins = estimator === 'share' && examples !== null ? scale / examples : null;
  if (!answers || (answers.sum === 0 && coins !== null)) return coins;
  if (answers.sum === answers.n && coins !== null) return coins;
  const noise = withinOf(answers);
  return Math.max(0, between(answers) - (noise ?? 0) / answers.seeds) / answers.n;
};

export const evidenceOf = (row: RowRuns, metric: MetricScale): RowEvidence => {
  const { toUnit } = unitsOf(metric);
  const { id, values, answers } = row;
  if (answers && answers.seeds !== values.length) {
    throw bad(`answers of ${values.length} seeds in ${id}`, `${answers.seeds}`);
  }
  const units = values.map(toUnit);
  const value = mean(units);
  const examples = row.examples ?? answers?.n ?? null;
  const edge = offTheEdge(value, examples);
  const scale = metric.estimator === 'share' ? edge * (1 - edge) : 1;
  return {
    id,
    seeds: units.length,
    examples,
    value,
    seedVariance: units.length > 1 ? variance(units) : null,
    scale,
    exampleVariance: exampleVarianceOf(metric, { ...row, examples }, scale),
    within: answers ? withinOf(answers) : null,
    answers,
    resamples: row.resamples ?? null,
  };
};
