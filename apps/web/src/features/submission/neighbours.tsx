/** The result beside its neighbours on the board: two rows above, two below. */

import { useQuery } from '@tanstack/react-query';
import type { MetricDescription, Row, Submission } from '@topiary/contracts';
import { Link } from 'react-router';
import { MeasureFigure } from '../../components/figures.js';
import { ErrorNote } from '../../components/notes.js';
import { Skeleton } from '../../components/skeleton.js';
import { formatShare, measure } from '../../lib/format.js';
import { leaderboardQuery } from '../../lib/queries.js';
import { differenceUnit, isReported, metricOf, rankText } from '../leaderboard/rows.js';
import { t } from './words.js';

interface Props {
  readonly board: string;
  readonly target: string;
  readonly submission: Submission;
  readonly metric: MetricDescription;
}

/** Keys in order, so that equal recipes give equal texts. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a.localeCompare(b)))
      : part,
  );

/** Submissions of one recipe share a row, which names the newest of them. */
const isOwn = (row: Row, { id, recipe }: Props['submission']): boolean =>
  !isReported(row) && (row.submission === id || stable(row.recipe) === stable(recipe));

/** The rows of its ranking round the own one. */
const around = (all: readonly Row[], submission: Props['submission']): readonly Row[] => {
  const found = all.find((row) => isOwn(row, submission));
  if (!found) return [];
  const rows = all.filter((row) => row.ranking === found.ranking);
  const from = Math.max(0, Math.min(rows.indexOf(found) - 2, rows.length - 5));
  return rows.slice(from, from + 5);
};

const shareText = ({ base, left }: Row['params']): string =>
  base === null || left === null ? '–' : formatShare(left, base);

export const Neighbours = ({ board, target, submission, metric }: Props) => {
  const { data, error, isPending, refetch } = useQuery(leaderboardQuery(board, { target }));
  if (error) return <ErrorNote error={error} onRetry={refetch} />;
  if (isPending) return <Skeleton rows={5} />;
  const rows = around(data.rows, submission);
  if (rows.length === 0) return <p className="muted">{t('neighbours.notYet')}</p>;
  const points = differenceUnit(metric.unit);
  return (
    <div className="table-scroll">
      <table>
        <caption className="sr-only">{t('neighbours.caption')}</caption>
        <thead>
          <tr>
            <th scope="col" className="numeric">
              {t('column.rank')}
            </th>
            <th scope="col">{t('column.method')}</th>
            <th scope="col" className="numeric">
              {metric.title}
            </th>
            <th scope="col" className="numeric">
              {t('column.aboveRandom')}
            </th>
            <th scope="col" className="numeric">
              {t('column.params')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const value = metricOf(row, metric.id);
            const own = isOwn(row, submission);
            return (
              <tr key={row.id} className={own ? 'is-own' : undefined} aria-current={own ? 'true' : undefined}>
                <td className="numeric">{rankText(row, data.rows)}</td>
                <th scope="row">
                  {own || row.submission === null ? (
                    row.label
                  ) : (
                    <Link to={`/submissions/${row.submission}`}>{row.label}</Link>
                  )}
                  {own && <span className="muted">{` ${t('neighbours.this')}`}</span>}
                </th>
                <td className="numeric">{value ? <MeasureFigure measure={measure(value, metric)} /> : '–'}</td>
                <td className="numeric">
                  {row.aboveRandom ? (
                    <MeasureFigure measure={measure(row.aboveRandom, { ...metric, unit: points, signed: true })} />
                  ) : (
                    '–'
                  )}
                </td>
                <td className="numeric">{shareText(row.params)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
};
