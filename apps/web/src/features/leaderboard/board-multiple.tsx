/** One small picture per board: all methods as ticks at each target, one of them as a dot, and its rows below in words. */

import { useQuery } from '@tanstack/react-query';
import type { Board, MethodDescription, MetricDescription, Row, TrackDescription } from '@topiary/contracts';
import { Link } from 'react-router';
import { MeasureFigure } from '../../components/figures.js';
import { Skeleton } from '../../components/skeleton.js';
import { measure } from '../../lib/format.js';
import { leaderboardQuery } from '../../lib/queries.js';
import { addressOf, controlOf, differenceUnit, mainMetric } from '../../lib/tracks.js';
import { t } from '../method/words.js';
import { metricOf, rankText } from './rows.js';

const WIDTH = 300;
const HEIGHT = 110;
const PAD = { left: 30, right: 24, top: 10, bottom: 24 };

const usesMethod = (row: Row, { kind, id }: MethodDescription): boolean =>
  (row.recipe as Readonly<Record<string, unknown>>)[kind] === id;

interface Props {
  readonly board: Board;
  readonly track: TrackDescription;
  readonly method: MethodDescription;
}

const Picture = ({
  board,
  metric,
  rows,
  own,
}: {
  readonly board: Board;
  readonly metric: MetricDescription;
  readonly rows: readonly Row[];
  readonly own: readonly Row[];
}) => {
  const points = rows.flatMap((row) => {
    const found = metricOf(row, metric.id);
    return found ? [{ row, value: found.value }] : [];
  });
  const values = points.map(({ value }) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const y = (value: number) => {
    const share = high === low ? 0.5 : (value - low) / (high - low);
    const up = metric.direction === 'higher' ? 1 - share : share;
    return PAD.top + up * (HEIGHT - PAD.top - PAD.bottom);
  };
  // A row with another target, or none, has no place on this strip.
  const shown = points.filter(({ row }) => board.targets.some(({ label }) => label === row.target.label));
  const step = (WIDTH - PAD.left - PAD.right) / Math.max(board.targets.length, 1);
  const x = (label: string) => PAD.left + step * (0.5 + board.targets.findIndex((target) => target.label === label));
  const mine = new Set(own.map(({ id }) => id));
  return (
    <svg
      className="multiple"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t('method.picture', { board: board.title })}
    >
      <text x="0" y={PAD.top + 4}>
        {metric.direction === 'higher' ? high.toFixed(0) : low.toFixed(0)}
      </text>
      <text x="0" y={HEIGHT - PAD.bottom + 4}>
        {metric.direction === 'higher' ? low.toFixed(0) : high.toFixed(0)}
      </text>
      {board.targets.map(({ label }) => (
        <text key={label} x={x(label)} y={HEIGHT - 4} textAnchor="middle">
          {label}
        </text>
      ))}
      {shown.map(({ row, value }) => (
        <line key={row.id} x1={x(row.target.label) - 12} x2={x(row.target.label) + 12} y1={y(value)} y2={y(value)} />
      ))}
      {shown
        .filter(({ row }) => mine.has(row.id))
        .map(({ row, value }) => (
          <circle key={row.id} cx={x(row.target.label)} cy={y(value)} r="4">
            <title>{`${row.label}, ${row.target.label}: ${value.toFixed(metric.digits)} ${metric.unit}`}</title>
          </circle>
        ))}
    </svg>
  );
};

const OwnRows = ({ rows, own, track }: { rows: readonly Row[]; own: readonly Row[]; track: TrackDescription }) => {
  const metric = mainMetric(track);
  const control = controlOf(track);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('board.target')}</th>
          <th scope="col" className="numeric">
            {metric.title}
          </th>
          <th scope="col" className="numeric">
            {control && t('column.above', { control: control.id })}
          </th>
          <th scope="col" className="numeric">
            {t('column.rank')}
          </th>
        </tr>
      </thead>
      <tbody>
        {own.map((row) => {
          const value = metricOf(row, metric.id);
          const peers = rows.filter((other) => other.ranking === row.ranking);
          return (
            <tr key={row.id}>
              <th scope="row">
                {row.submission ? (
                  <Link to={`/submissions/${row.submission}`}>{row.target.label}</Link>
                ) : (
                  row.target.label
                )}
              </th>
              <td className="numeric">{value ? <MeasureFigure measure={measure(value, metric)} /> : '–'}</td>
              <td className="numeric">
                {row.aboveRandom ? (
                  <MeasureFigure
                    measure={measure(row.aboveRandom, { ...metric, unit: differenceUnit(metric), signed: true })}
                  />
                ) : (
                  '–'
                )}
              </td>
              <td className="numeric">{t('method.rankOf', { rank: rankText(row, peers), n: peers.length })}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
};

export const BoardMultiple = ({ board, track, method }: Props) => {
  const { data } = useQuery(leaderboardQuery(addressOf(board)));
  const own = (data?.rows ?? []).filter((row) => usesMethod(row, method));
  return (
    <section className="multiple-board">
      <h3>
        <Link to={`/boards/${board.id}`}>{board.title}</Link>
      </h3>
      {!data && <Skeleton rows={3} />}
      {data && own.length === 0 && <p className="muted">{t('method.notHere')}</p>}
      {data && own.length > 0 && (
        <>
          <Picture board={board} metric={mainMetric(track)} rows={data.rows} own={own} />
          <OwnRows rows={data.rows} own={own} track={track} />
        </>
      )}
    </section>
  );
};
