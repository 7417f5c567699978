/** Whether a submission is for its owner's eyes first. */
import { useId } from 'react';
import { t } from './words.js';

interface Props {
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
}

export const PrivateField = ({ value, onChange }: Props) => {
  const help = useId();
  return (
    <div className="field" data-path="private">
      <label className="choice">
        <input
          type="checkbox"
          checked={value}
          aria-describedby={help}
          onChange={(event) => onChange(event.target.checked)}
        />
        {t('submit.private')}
      </label>
      <p id={help} className="field-help">
        {t('submit.private.help')}
      </p>
    </div>
  );
};
