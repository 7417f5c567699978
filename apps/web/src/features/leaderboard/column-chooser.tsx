/** A box for each column of the table. */
import { t } from '../../lib/i18n.js';
import type { Column } from './column.js';

interface Props {
  readonly all: readonly Column[];
  readonly shown: readonly Column[];
  readonly onChoose: (id: string, on: boolean) => void;
  readonly onReset: () => void;
}

export default function ColumnChooser({ all, shown, onChoose, onReset }: Props) {
  return (
    <fieldset className="column-boxes">
      <legend className="sr-only">{t('board.columns.legend')}</legend>
      {all
        .filter(({ sticky }) => !sticky)
        .map((column) => (
          <label key={column.id} className="choice" title={column.explain}>
            <input
              type="checkbox"
              checked={shown.includes(column)}
              onChange={(event) => onChoose(column.id, event.target.checked)}
            />
            {column.header}
          </label>
        ))}
      <button type="button" className="button is-quiet is-small" onClick={onReset}>
        {t('board.columns.reset')}
      </button>
    </fieldset>
  );
}
