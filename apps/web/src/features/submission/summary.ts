/** A submission in a few words: what came out at each target. */
import type { MetricDescription, Submission } from '@topiary/contracts';
import { formatFixed } from '../../lib/format.js';

export interface TargetSummary {
  readonly target: string;
  readonly value: number;
  readonly runs: number;
}

/** The mean over the finished runs of each target, of the metric after everything that was done. */
export const summarise = ({ targets, runs }: Submission, metric: string): readonly TargetSummary[] =>
  targets.flatMap(({ label }) => {
    const values = runs
      .filter(({ target }) => target?.label === label)
      .flatMap(({ result }) => {
        const found =
          result?.metrics.find(({ id, phase }) => id === metric && phase === 'finetuned') ??
          result?.metrics.find(({ id, phase }) => id === metric && phase === 'pruned');
        return found ? [found.value] : [];
      });
    const sum = values.reduce((total, value) => total + value, 0);
    return values.length === 0 ? [] : [{ target: label, value: sum / values.length, runs: values.length }];
  });

export const summaryText = (submission: Submission, metric: MetricDescription | undefined): string =>
  metric === undefined
    ? ''
    : summarise(submission, metric.id)
        .map(({ target, value }) => `${target} ${formatFixed(value, Math.min(metric.digits, 1))} ${metric.unit}`.trim())
        .join(', ');
