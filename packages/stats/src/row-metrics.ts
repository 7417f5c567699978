/** The metrics of a leaderboard row: each over the seeds of its runs, with interval and spread. */
import { bootstrapShare } from './bootstrap.js';
import { mean, standardDeviation } from './descriptive.js';
import { type Estimate, type Interval, studentInterval, wilsonInterval } from './intervals.js';
import type { MetricDescriptor, Phase, RunRecord } from './run-record.js';

/** A metric over the seeds of a row; `n` = number of seeds, null where a paper does not say. */
export interface RowMetric extends Estimate {
  readonly id: string;
  readonly phase: Phase;
  readonly n: number | null;
  /** Standard deviation over seeds; null for fewer than two. */
  readonly std: number | null;
  /** Over seeds and test examples together, where every run says which examples it answered correctly. */
  readonly bootstrap: Pick<Interval, 'low' | 'high'> | null;
  /** What the interval accounts for; `none`: low and high are null. Of version 1 one of the two, Student's or Wilson's. */
  readonly interval: 'seeds and examples' | 'seeds' | 'examples' | 'none';
  /** One seed: how far seeds differ is taken from the other rows of the ranking. */
  readonly isSpreadBorrowed?: boolean;
}

/** The order of phases where a track names none. */
const PHASES: readonly Phase[] = ['base', 'pruned', 'finetuned'];

type Kind = Pick<MetricDescriptor, 'estimator' | 'bounds'>;

const clamp = (interval: Interval, [least, most]: Kind['bounds']): Interval => ({
  value: interval.value,
  low: Math.max(least ?? Number.NEGATIVE_INFINITY, interval.low),
  high: Math.min(most ?? Number.POSITIVE_INFINITY, interval.high),
});

/**
 * The interval of a metric over seeds: Student's for two seeds or more that differ; Wilson's over the test examples
 * for a single seed, for the base model, and where no seed changes the outcome; none where the examples are unknown.
 */
export const metricInterval = (
  values: readonly number[],
  examples: number | null,
  { estimator, bounds }: Kind,
): Estimate & { readonly interval: 'seeds' | 'examples' | 'none' } => {
  const value = mean(values);
  if (values.length > 1 && values.some((other) => other !== values[0])) {
    const interval = studentInterval(values);
    return { ...(estimator === 'share' ? clamp(interval, bounds) : interval), interval: 'seeds' };
  }
  if (estimator !== 'share' || examples === null || examples < 1)
    return { value, low: null, high: null, interval: 'none' };
  const { low, high } = wilsonInterval(Math.round((value / 100) * examples), examples);
  return { value, low: 100 * low, high: 100 * high, interval: 'examples' };
};

/** Only the final network's answers are recorded, and what they make a share of is the metric that ranks. */
const bootstrapOf = (
  runs: readonly RunRecord[],
  phase: Phase,
  order: readonly Phase[],
  isRanking: boolean,
): RowMetric['bootstrap'] => {
  const correct = runs.flatMap((run) => (run.correct && run.correct.length > 0 ? [run.correct] : []));
  const last = order.findLast((one) => runs.some(({ metrics }) => metrics.some((m) => m.phase === one)));
  const isSameTest = correct.every(({ length }) => length === correct[0]!.length);
  if (!isRanking || phase !== last || correct.length === 0 || correct.length < runs.length || !isSameTest) return null;
  const { low, high } = bootstrapShare(correct, { seed: 1 });
  return { low: 100 * low, high: 100 * high };
};

/** The last phase comes first, as a reader wants it. Rows that stand for methods are not bootstrapped. */
export const rowMetrics = (
  runs: readonly RunRecord[],
  descriptors: readonly MetricDescriptor[],
  phases: readonly Phase[] = PHASES,
  isBootstrapped = true,
): RowMetric[] =>
  descriptors.flatMap(({ id, estimator, bounds }, place) =>
    [...phases].reverse().flatMap((phase): RowMetric[] => {
      const found = runs.flatMap((run) =>
        run.metrics.filter((m) => m.id === id && m.phase === phase).map((m) => ({ ...m, seed: run.seed })),
      );
      const values = found.map((m) => m.value);
      if (values.length === 0) return [];
      const n = found.some(({ seed }) => seed === null) ? null : values.length;
      const std = values.length > 1 ? standardDeviation(values) : null;
      const isRanking = isBootstrapped && place === 0 && estimator === 'share';
      const bootstrap = bootstrapOf(runs, phase, phases, isRanking);
      return [{ id, phase, n, std, bootstrap, ...metricInterval(values, found[0]!.n, { estimator, bounds }) }];
    }),
  );
