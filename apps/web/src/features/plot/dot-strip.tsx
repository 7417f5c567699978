/** Small pictures without a drawing library: the best of each target as dots below the base model's line, hollow from papers. */
import type { Board, MetricDescription } from '@topiary/contracts';
import { formatFixed } from '../../lib/format.js';
import { t } from '../home/words.js';
import { isReported } from '../leaderboard/rows.js';

const WIDTH = 132;
const HEIGHT = 40;
const TOP = 5;
const BOTTOM = 25;

export interface StripScale {
  readonly low: number;
  readonly high: number;
}

/** One scale for all boards of a track, so that strips can be compared down the page. */
export const stripScale = (boards: readonly Board[], metric: string): StripScale => {
  const values = boards.flatMap(({ best, base }) => [
    ...best.map(({ value }) => value),
    ...(base?.metrics.filter(({ id }) => id === metric).map(({ value }) => value) ?? []),
  ]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  return values.length === 0 || low === high ? { low: low - 1 || 0, high: high + 1 || 1 } : { low, high };
};

export const DotStrip = ({
  board,
  metric,
  scale,
}: {
  readonly board: Board;
  readonly metric: MetricDescription;
  readonly scale: StripScale;
}) => {
  const better = metric.direction === 'higher' ? scale.high : scale.low;
  const worse = metric.direction === 'higher' ? scale.low : scale.high;
  const y = (value: number) => TOP + ((better - value) / (better - worse)) * (BOTTOM - TOP);
  const x = (i: number) => 14 + (i * (WIDTH - 28)) / Math.max(board.targets.length - 1, 1);
  const base = board.base?.metrics.find(({ id }) => id === metric.id)?.value;
  const dots = board.targets.flatMap(({ label }, i) => {
    const best = board.best.find(({ target }) => target === label);
    return best ? [{ ...best, x: x(i), y: y(best.value) }] : [];
  });
  const words = dots.map(({ target, value, label }) => `${target} ${formatFixed(value, metric.digits)} (${label})`);
  return (
    <svg
      className="dot-strip"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={words.length > 0 ? t('boards.bestIs', { list: words.join(', ') }) : t('boards.noBest')}
    >
      {base !== undefined && <line className="strip-base" x1="2" x2={WIDTH - 2} y1={y(base)} y2={y(base)} />}
      {board.targets.map(({ label }, i) => (
        <text key={label} x={x(i)} y={HEIGHT - 2} textAnchor="middle">
          {label}
        </text>
      ))}
      {dots.length > 1 && <polyline className="strip-line" points={dots.map((d) => `${d.x},${d.y}`).join(' ')} />}
      {dots.map((d) => (
        <circle key={d.target} cx={d.x} cy={d.y} r="3.2" className={isReported(d) ? 'is-hollow' : undefined}>
          <title>
            {`${d.target}: ${formatFixed(d.value, metric.digits)} ${metric.unit}, ${d.label}, ${t(`provenance.${d.provenance}`)}`}
          </title>
        </circle>
      ))}
    </svg>
  );
};
