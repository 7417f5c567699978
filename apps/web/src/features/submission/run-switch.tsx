/** Chooses one run of a submission: a target and a seed. */
import type { HeldRun, Run } from '@topiary/contracts';
import { stateOf } from './held.js';
import type { RunViews } from './reducer.js';
import { t } from './words.js';

interface Props {
  readonly runs: readonly Run[];
  readonly views: RunViews;
  readonly held: readonly HeldRun[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

export const runName = ({ target, seed }: Pick<Run, 'target' | 'seed'>): string =>
  [target?.label, t('submission.seed', { seed })].filter(Boolean).join(' · ');

export const RunSwitch = ({ runs, views, held, value, onChange }: Props) => (
  <fieldset className="switch run-switch">
    <legend>{t('submission.run')}</legend>
    {runs.map((run) => {
      const state = views[run.id]?.state ?? run.state;
      const one = held.find((item) => item.run === run.id);
      const mark = one && stateOf(one);
      return (
        <label key={run.id} className={run.id === value ? 'is-on' : undefined}>
          <input type="radio" name="run" checked={run.id === value} onChange={() => onChange(run.id)} />
          {runName(run)}
          {state !== 'done' && <span className="muted">{` ${t(`state.${state}`)}`}</span>}
          {mark && mark !== 'released' && <span className="muted">{` ${t(`held.mark.${mark}`)}`}</span>}
        </label>
      );
    })}
  </fieldset>
);
