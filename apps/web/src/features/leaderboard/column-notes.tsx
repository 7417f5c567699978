/** What each column of a leaderboard means, folded below the table. */
import { t } from '../../lib/i18n.js';
import type { Column } from './column.js';

export const ColumnNotes = ({ columns }: { readonly columns: readonly Column[] }) => (
  <details className="column-notes">
    <summary>{t('board.columns')}</summary>
    <dl className="facts">
      {columns.map(({ id, header, explain }) => (
        <div key={id}>
          <dt>{header}</dt>
          <dd>{explain}</dd>
        </div>
      ))}
    </dl>
  </details>
);
