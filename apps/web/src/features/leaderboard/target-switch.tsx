/** Chooses the target of a leaderboard. */
import type { Board, TrackDescription } from '@topiary/contracts';
import { t } from '../../lib/i18n.js';
import { targetTitle } from '../../lib/tracks.js';

interface Props {
  readonly track: TrackDescription;
  readonly targets: Board['targets'];
  readonly value: string;
  readonly onChange: (label: string) => void;
}

export const TargetSwitch = ({ track, targets, value, onChange }: Props) => (
  <fieldset className="switch">
    <legend>{t('board.target')}</legend>
    {targets.map((target) => {
      const { label } = target;
      return (
        <label key={label} className={label === value ? 'is-on' : undefined}>
          <input type="radio" name="target" value={label} checked={label === value} onChange={() => onChange(label)} />
          {targetTitle(target, track)}
        </label>
      );
    })}
  </fieldset>
);
