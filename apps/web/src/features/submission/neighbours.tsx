/** The result beside its neighbours on the board: two rows above, two below. */

import { useQuery } from '@tanstack/react-query';
import type { Row, Submission, TrackDescription } from '@topiary/contracts';
import { Link } from 'react-router';
import { MeasureFigure } from '../../components/figures.js';
import { ErrorNote } from '../../components/notes.js';
import { Scroll } from '../../components/scroll.js';
import { Skeleton } from '../../components/skeleton.js';
import { formatShare, measure } from '../../lib/format.js';
import { boardQuery, leaderboardQuery } from '../../lib/queries.js';
import { stable } from '../../lib/stable.js';
import { controlOf, costOf, differenceUnit, mainMetric } from '../../lib/tracks.js';
import { comparePath, isReported, metricOf, rankText, rowPath } from '../leaderboard/rows.js';
import { Here } from '../row/here.js';
import { t } from './words.js';

interface Props {
  readonly board: string;
  readonly target: string;
  readonly submission: Submission;
  readonly track: TrackDescription;
}

/** Submissions of one recipe share a row, which names the newest of them; the same recipe may be shipped, too. */
const ownRow = (all: readonly Row[], { id, recipe }: Props['submission']): Row | undefined => {
  const alike = all.filter((row) => !isReported(row) && stable(row.recipe) === stable(recipe));
  return all.find((row) => row.submission === id) ?? alike.find((row) => row.submission !== null) ?? alike[0];
};

/** The rows of its ranking round the own one. */
const around = (all: readonly Row[], found: Row): readonly Row[] => {
  const rows = all.filter((row) => row.ranking === found.ranking);
  const from = Math.max(0, Math.min(rows.indexOf(found) - 2, rows.length - 5));
  return rows.slice(from, from + 5);
};

const shareText = (cost: Row['params'] | null): string =>
  cost === null || cost.base === null || cost.left === null ? '–' : formatShare(cost.left, cost.base);

/** What is worth a column of its own beside the rank: the first axis that the target does not fix already. */
const sharedAxis = ({ axes, targetAxis }: TrackDescription) =>
  axes.find(({ id, perMachine }) => id !== targetAxis && !perMachine) ?? axes[0]!;

export const Neighbours = ({ board, target, submission, track }: Props) => {
  const { data, error, isPending, refetch } = useQuery(leaderboardQuery(board, { target }));
  const view = useQuery(boardQuery(board));
  if (error) return <ErrorNote error={error} onRetry={refetch} />;
  if (isPending) return <Skeleton rows={5} />;
  const found = ownRow(data.rows, submission);
  if (!found) return <p className="muted">{t('neighbours.notYet')}</p>;
  const rows = around(data.rows, found);
  const metric = mainMetric(track);
  const control = controlOf(track);
  const axis = sharedAxis(track);
  const points = differenceUnit(metric);
  const nearest = rows[rows.indexOf(found) - 1] ?? rows[rows.indexOf(found) + 1];
  return (
    <>
      {view.data && <Here board={view.data} track={track} rows={data.rows} row={found} />}
      <Scroll caption={t('neighbours.caption')}>
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
                {control && t('column.above', { control: control.id })}
              </th>
              <th scope="col" className="numeric">
                {axis.title}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const value = metricOf(row, metric.id);
              const own = row.id === found.id;
              return (
                <tr key={row.id} className={own ? 'is-own' : undefined} aria-current={own ? 'true' : undefined}>
                  <td className="numeric">{rankText(row, data.rows)}</td>
                  <th scope="row">
                    <Link to={rowPath(board, row)}>{row.label}</Link>
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
                  <td className="numeric">{shareText(costOf(row, axis))}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      {nearest && (
        <p className="below">
          <Link to={comparePath(board, [nearest.id, found.id])}>
            {t('neighbours.compare', { method: nearest.label })}
          </Link>
        </p>
      )}
    </>
  );
};
