/** A submission in a few words: what came out at each target. */
import type { MetricDescription, SubmissionItem } from '@topiary/contracts';
import { formatFixed } from '../../lib/format.js';

export interface TargetSummary {
  readonly target: string;
  readonly value: number;
}

/** The mean over the finished runs of each target, of the metric after everything that was done. */
export const summarise = ({ outcomes }: Pick<SubmissionItem, 'outcomes'>, metric: string): readonly TargetSummary[] =>
  outcomes.flatMap(({ target, metrics }) => {
    const after = (wanted: string) => metrics.find(({ id, phase }) => id === metric && phase === wanted);
    const found = after('finetuned') ?? after('pruned');
    return found && target !== null ? [{ target, value: found.value }] : [];
  });

export const summaryText = (submission: SubmissionItem, metric: MetricDescription | undefined): string =>
  metric === undefined
    ? ''
    : summarise(submission, metric.id)
        .map(({ target, value }) => `${target} ${formatFixed(value, Math.min(metric.digits, 1))} ${metric.unit}`.trim())
        .join(', ');
