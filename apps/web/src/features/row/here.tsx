/** "You are here": a row's dot among those of its ranking, on one line. */
import type { Board, Row, TrackDescription } from '@topiary/contracts';
import { quantileSorted } from 'd3-array';
import { baseMetric, mainMetric } from '../../lib/tracks.js';
import { metricOf } from '../leaderboard/rows.js';
import { t, valueText } from './recipe-words.js';

const WIDTH = 640;
const HEIGHT = 58;
const LINE = 24;
const SIDE = 12;

interface Props {
  readonly board: Board;
  readonly track: TrackDescription;
  readonly rows: readonly Row[];
  /** Null: the base model. */
  readonly row: Row | null;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Rows that collapsed must not press the others together: what lies far below most stands at the end of the line. */
const ends = (values: readonly number[], base: number | undefined, own: number): readonly [number, number] => {
  const sorted = [...values].sort((a, b) => a - b);
  const all = [
    quantileSorted(sorted, 0.1) ?? own,
    quantileSorted(sorted, 0.9) ?? own,
    own,
    ...(base === undefined ? [] : [base]),
  ];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return low === high ? [low - 1, high + 1] : [low, high];
};

export const Here = ({ board, track, rows, row }: Props) => {
  const metric = mainMetric(track);
  const base = baseMetric(board, metric);
  const own = row ? metricOf(row, metric.id) : base === undefined ? null : { value: base, low: null, high: null };
  const others = rows.filter((other) => other.id !== row?.id && (row === null || other.ranking === row.ranking));
  const values = others.flatMap((other) => metricOf(other, metric.id)?.value ?? []);
  if (!own || values.length === 0) return null;
  const [low, high] = ends(values, base, own.value);
  const isUp = metric.direction === 'higher';
  const x = (value: number): number => {
    const share = (value - low) / (high - low);
    return SIDE + clamp(isUp ? share : 1 - share, 0, 1) * (WIDTH - 2 * SIDE);
  };
  const write = (value: number) => valueText(value, metric.digits, metric.unit);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const words = t('here.words', { value: write(own.value), n: values.length, low: write(least), high: write(most) });
  const anchor = (at: number) => (at < 60 ? 'start' : at > WIDTH - 60 ? 'end' : 'middle');
  return (
    <figure className="figure here">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width="100%" role="img" aria-label={words}>
        <line x1={SIDE} x2={WIDTH - SIDE} y1={LINE} y2={LINE} className="here-line" />
        {values.map((value, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a dot is nothing but its place
          <circle key={i} cx={x(value)} cy={LINE} r={4} className="here-other" />
        ))}
        {base !== undefined && row !== null && (
          <>
            <path d={`M${x(base)} ${LINE - 7}l6 7l-6 7l-6 -7z`} className="here-base" />
            <text x={x(base)} y={LINE - 12} textAnchor={anchor(x(base))}>
              {t('here.base')}
            </text>
          </>
        )}
        {own.low !== null && own.high !== null && (
          <line x1={x(own.low)} x2={x(own.high)} y1={LINE} y2={LINE} className="here-interval" />
        )}
        <circle cx={x(own.value)} cy={LINE} r={7} className="here-own" />
        <text x={x(own.value)} y={LINE + 26} textAnchor={anchor(x(own.value))} className="here-label">
          {`${row ? t('here.this') : t('here.base')} ${write(own.value)}`}
        </text>
      </svg>
      <figcaption>{words}</figcaption>
    </figure>
  );
};
