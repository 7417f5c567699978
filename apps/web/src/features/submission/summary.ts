/** A submission in a few words: what came out at each target. */
import type { SubmissionItem, TrackDescription } from '@topiary/contracts';
import { formatFixed } from '../../lib/format.js';
import { mainMetric, outcomeOf } from '../../lib/tracks.js';

export interface TargetSummary {
  readonly target: string;
  readonly value: number;
}

/** The mean over the finished runs of each target, of the ranking metric after everything that was done. */
export const summarise = (
  { outcomes }: Pick<SubmissionItem, 'outcomes'>,
  track: TrackDescription,
): readonly TargetSummary[] =>
  outcomes.flatMap(({ target, metrics }) => {
    const found = outcomeOf(metrics, mainMetric(track).id, track);
    return found && target !== null ? [{ target, value: found.value }] : [];
  });

/** A percent needs one decimal in a list; what has no bounds is written as its track writes it. */
const digitsOf = ({ estimator, digits }: TrackDescription['metrics'][number]): number =>
  estimator === 'share' ? Math.min(digits, 1) : digits;

export const summaryText = (submission: SubmissionItem, track: TrackDescription | undefined): string => {
  if (track === undefined) return '';
  const metric = mainMetric(track);
  return summarise(submission, track)
    .map(({ target, value }) => `${target} ${formatFixed(value, digitsOf(metric))} ${metric.unit}`.trim())
    .join(', ');
};
