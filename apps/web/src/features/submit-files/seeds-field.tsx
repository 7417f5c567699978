/** Seeds of the runs, as text; what cannot be read is said at the field. */
import { FieldFrame } from '../submit-form/field.js';
import { readSeeds } from '../submit-form/state.js';
import { t } from './words.js';

interface Props {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export const SeedsField = ({ value, onChange }: Props) => {
  const error = readSeeds(value) === null ? t('field.seeds') : undefined;
  return (
    <FieldFrame label={t('submit.seeds')} help={t('submit.seeds.help')} error={error} path="seeds">
      {(aria) => (
        <input inputMode="numeric" value={value} onChange={(event) => onChange(event.target.value)} {...aria} />
      )}
    </FieldFrame>
  );
};
