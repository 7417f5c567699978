/** Chooses the target of a leaderboard. */
import type { Board } from '@topiary/contracts';
import { t } from '../../lib/i18n.js';

interface Props {
  readonly targets: Board['targets'];
  readonly value: string;
  readonly onChange: (label: string) => void;
}

export const TargetSwitch = ({ targets, value, onChange }: Props) => (
  <fieldset className="switch">
    <legend>{t('board.target')}</legend>
    {targets.map(({ label }) => (
      <label key={label} className={label === value ? 'is-on' : undefined}>
        <input type="radio" name="target" value={label} checked={label === value} onChange={() => onChange(label)} />
        {label}
      </label>
    ))}
  </fieldset>
);
