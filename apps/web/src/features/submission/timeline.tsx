/** The stages of a run, one line each: what is done and how long it took, what is going on and how long it will. */

import { useNow } from '../../lib/clock.js';
import { formatDuration } from '../../lib/format.js';
import type { StageView } from './reducer.js';
import { t } from './words.js';

const elapsedOf = ({ state, seconds, startedAt }: StageView, now: number): number | null => {
  if (state === 'running' && startedAt !== null) return Math.max(seconds ?? 0, (now - Date.parse(startedAt)) / 1000);
  return seconds;
};

const Row = ({ stage, now }: { readonly stage: StageView; readonly now: number }) => {
  const { title, state, progress, etaSeconds } = stage;
  const elapsed = elapsedOf(stage, now);
  const percent = progress === null ? null : Math.round(progress * 100);
  return (
    <li className={`stage is-${state}`} aria-current={state === 'running' ? 'step' : undefined}>
      <span className="stage-title">{title}</span>
      <span className="stage-state">
        {state === 'running' && percent !== null ? `${percent} %` : t(`stage.${state}`)}
      </span>
      <span className="stage-time">{elapsed === null ? '' : formatDuration(elapsed)}</span>
      {state === 'running' && (
        <>
          <progress max={1} {...(progress === null ? {} : { value: progress })} aria-label={title} />
          <span className="stage-eta">
            {etaSeconds === null ? '' : t('stage.left', { time: formatDuration(etaSeconds) })}
          </span>
        </>
      )}
    </li>
  );
};

export const Timeline = ({ stages }: { readonly stages: readonly StageView[] }) => {
  const now = useNow(1000);
  return (
    <ol className="timeline" aria-label={t('submission.stages')}>
      {stages.map((stage) => (
        <Row key={stage.id} stage={stage} now={now} />
      ))}
    </ol>
  );
};
