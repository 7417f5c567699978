/** "You are here": a row's dot among those of its ranking, on one line. */
import type { Board, Row, TrackDescription } from '@topiary/contracts';
import { quantileSorted } from 'd3-array';
import type { Interval } from '../../lib/format.js';
import { baseMetric, mainMetric } from '../../lib/tracks.js';
import { useWidth } from '../../lib/use-width.js';
import { metricOf } from '../leaderboard/rows.js';
import { t, valueText } from './recipe-words.js';

/** Until it is known how much room there is. */
const WIDTH = 320;
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
const ends = (values: readonly number[], base: number | null, own: number): readonly [number, number] => {
  const sorted = [...values].sort((a, b) => a - b);
  const all = [
    quantileSorted(sorted, 0.1) ?? own,
    quantileSorted(sorted, 0.9) ?? own,
    own,
    ...(base === null ? [] : [base]),
  ];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return low === high ? [low - 1, high + 1] : [low, high];
};

interface DotsProps {
  readonly own: Interval;
  readonly values: readonly number[];
  /** Null: it is the own dot. */
  readonly base: number | null;
  readonly ownName: string;
  readonly isUp: boolean;
  readonly write: (value: number) => string;
}

const Dots = ({ own, values, base, ownName, isUp, write }: DotsProps) => {
  const [box, room] = useWidth<HTMLElement>();
  const width = Math.min(640, room || WIDTH);
  const [low, high] = ends(values, base, own.value);
  const x = (value: number): number => {
    const share = (value - low) / (high - low);
    return SIDE + clamp(isUp ? share : 1 - share, 0, 1) * (width - 2 * SIDE);
  };
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const words = t('here.words', { value: write(own.value), n: values.length, low: write(least), high: write(most) });
  const anchor = (at: number) => (at < 60 ? 'start' : at > width - 60 ? 'end' : 'middle');
  return (
    <figure className="figure here" ref={box}>
      <svg width={width} height={HEIGHT} role="img" aria-label={words}>
        <line x1={SIDE} x2={width - SIDE} y1={LINE} y2={LINE} className="here-line" />
        {values.map((value, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a dot is nothing but its place
          <circle key={i} cx={x(value)} cy={LINE} r={4} className="here-other" />
        ))}
        {base !== null && (
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
          {`${ownName} ${write(own.value)}`}
        </text>
      </svg>
      <figcaption>{words}</figcaption>
    </figure>
  );
};

export const Here = ({ board, track, rows, row }: Props) => {
  const metric = mainMetric(track);
  const base = baseMetric(board, metric) ?? null;
  const own = row ? metricOf(row, metric.id) : base === null ? null : { value: base, low: null, high: null };
  const others = rows.filter((other) => other.id !== row?.id && (row === null || other.ranking === row.ranking));
  const values = others.flatMap((other) => metricOf(other, metric.id)?.value ?? []);
  if (!own || values.length === 0) return null;
  return (
    <Dots
      own={own}
      values={values}
      base={row ? base : null}
      ownName={t(row ? 'here.this' : 'here.base')}
      isUp={metric.direction === 'higher'}
      write={(value) => valueText(value, metric.digits, metric.unit)}
    />
  );
};
