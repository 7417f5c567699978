/** What each column of a leaderboard means, folded below the table. */
import type { MetricDescription } from '@topiary/contracts';
import { t } from '../../lib/i18n.js';

const COLUMNS = [
  'rank',
  'method',
  'change',
  'aboveRandom',
  'params',
  'macs',
  'latency',
  'cost',
  'step',
  'epoch',
  'provenance',
  'seeds',
  'date',
] as const;

export const ColumnNotes = ({ metric }: { readonly metric: MetricDescription }) => (
  <details className="column-notes">
    <summary>{t('board.columns')}</summary>
    <dl className="facts">
      <div>
        <dt>{metric.title}</dt>
        <dd>{t('column.metric.explain')}</dd>
      </div>
      {COLUMNS.map((column) => (
        <div key={column}>
          <dt>{t(`column.${column}`)}</dt>
          <dd>{t(`column.${column}.explain`)}</dd>
        </div>
      ))}
    </dl>
  </details>
);
