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
  /** What the interval is over: seeds (Student), test examples (Wilson), or nothing (low and high are null). */
  readonly interval: 'seeds' | 'examples' | 'none';
}

const PHASES: readonly Phase[] = ['finetuned', 'pruned', 'base'];

const clamp = (interval: Interval): Interval => ({
  value: interval.value,
  low: Math.max(0, interval.low),
  high: Math.min(100, interval.high),
});

/**
 * The interval of a metric over seeds: Student's for two seeds or more that differ; Wilson's over the test examples
 * for a single seed, for the base model, and where no seed changes the outcome; none where the examples are unknown.
 */
export const metricInterval = (
  values: readonly number[],
  examples: number | null,
  share: boolean,
): Estimate & Pick<RowMetric, 'interval'> => {
  const value = mean(values);
  if (values.length > 1 && values.some((other) => other !== values[0])) {
    const interval = studentInterval(values);
    return { ...(share ? clamp(interval) : interval), interval: 'seeds' };
  }
  if (!share || examples === null || examples < 1) return { value, low: null, high: null, interval: 'none' };
  const { low, high } = wilsonInterval(Math.round((value / 100) * examples), examples);
  return { value, low: 100 * low, high: 100 * high, interval: 'examples' };
};

/** Only the final network's answers are recorded, and what they make a share of is the metric that ranks. */
const bootstrapOf = (runs: readonly RunRecord[], phase: Phase, isRanking: boolean): RowMetric['bootstrap'] => {
  const correct = runs.flatMap((run) => (run.correct && run.correct.length > 0 ? [run.correct] : []));
  const last = PHASES.find((one) => runs.some(({ metrics }) => metrics.some((m) => m.phase === one)));
  const isSameTest = correct.every(({ length }) => length === correct[0]!.length);
  if (!isRanking || phase !== last || correct.length === 0 || correct.length < runs.length || !isSameTest) return null;
  const { low, high } = bootstrapShare(correct, { seed: 1 });
  return { low: 100 * low, high: 100 * high };
};

export const rowMetrics = (runs: readonly RunRecord[], descriptors: readonly MetricDescriptor[]): RowMetric[] =>
  descriptors.flatMap(({ id, unit }, place) =>
    PHASES.flatMap((phase): RowMetric[] => {
      const found = runs.flatMap((run) =>
        run.metrics.filter((m) => m.id === id && m.phase === phase).map((m) => ({ ...m, seed: run.seed })),
      );
      const values = found.map((m) => m.value);
      if (values.length === 0) return [];
      const n = found.some(({ seed }) => seed === null) ? null : values.length;
      const std = values.length > 1 ? standardDeviation(values) : null;
      const bootstrap = bootstrapOf(runs, phase, place === 0 && unit === '%');
      return [{ id, phase, n, std, bootstrap, ...metricInterval(values, found[0]!.n, unit === '%') }];
    }),
  );
