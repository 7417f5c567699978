/** The state of a run as one sentence, the first thing its page says. */
import type { Run, Submission, TrackDescription } from '@topiary/contracts';
import { formatDuration, formatFixed } from '../../lib/format.js';
import { baseOf, differenceUnit, mainMetric, outcomeOf } from '../../lib/tracks.js';
import type { RunView } from './reducer.js';
import { t } from './words.js';

const runningSentence = (view: RunView): string => {
  const stage = view.stages.find(({ state }) => state === 'running');
  if (!stage) return t('sentence.starting');
  if (stage.progress === null) return t('sentence.stage', { stage: stage.title });
  // Whole tens: a screen reader should not be told every percent.
  const percent = 10 * Math.floor(stage.progress * 10);
  const left =
    stage.etaSeconds === null
      ? ''
      : ` ${t('sentence.left', { time: formatDuration(10 * Math.ceil(stage.etaSeconds / 10)) })}`;
  return `${t('sentence.progress', { stage: stage.title, percent })}${left}`;
};

const doneSentence = ({ result }: Run, track: TrackDescription | undefined): string => {
  if (!result || !track) return t('sentence.done');
  const metric = mainMetric(track);
  const after = outcomeOf(result.metrics, metric.id, track)?.value;
  const base = baseOf(result.metrics, metric.id, track)?.value;
  if (after === undefined) return t('sentence.done');
  const unit = metric.unit ? ` ${metric.unit}` : '';
  const value = `${formatFixed(after, metric.digits)}${unit}`;
  const speed = formatFixed(result.achieved, 2);
  if (base === undefined) return t('sentence.result', { metric: metric.title, value, speed });
  const lost = formatFixed(Math.abs(base - after), metric.digits);
  return t(after < base ? 'sentence.below' : 'sentence.above', {
    metric: metric.title,
    value,
    speed,
    difference: `${lost} ${differenceUnit(metric)}`.trim(),
  });
};

export const runSentence = (run: Run, view: RunView, track: TrackDescription | undefined): string => {
  switch (view.state) {
    case 'queued':
      return t('sentence.queued');
    case 'running':
      return runningSentence(view);
    case 'done':
      return doneSentence(run, track);
    case 'failed':
      return (view.problem ?? run.problem)?.title ?? t('sentence.failed');
    case 'cancelled':
      return t('sentence.cancelled');
  }
};

/** Where it stands while its first run waits; empty where nothing is known of that. */
export const queueSentence = ({ queue }: Submission): string => {
  if (!queue) return '';
  if (queue.estimatedStart === null) return t('sentence.place', { place: queue.position });
  const seconds = Math.max(0, (Date.parse(queue.estimatedStart) - Date.now()) / 1000);
  return t('sentence.placeIn', { place: queue.position, time: formatDuration(10 * Math.ceil(seconds / 10)) });
};
