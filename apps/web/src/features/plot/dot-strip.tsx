/** Small pictures without a drawing library: the best of each target as dots below the base model's line, hollow from papers. */
import type { Board, MetricDescription } from '@topiary/contracts';
import { formatFixed } from '../../lib/format.js';
import { t } from '../home/words.js';
import { isReported } from '../leaderboard/rows.js';

const WIDTH = 132;
const HEIGHT = 40;
const TOP = 5;
const BOTTOM = 25;

/** Width of a figure at the strip's size of text, about. */
const GLYPH = 6;

interface Label {
  readonly id: string;
  readonly text: string;
  readonly x: number;
}

/** `2x` of `macs:2x`, since the axis has no room here and stands in the words; what would touch the one before gives way. */
const labelled = (targets: Board['targets'], x: (i: number) => number): readonly Label[] => {
  const shown: Label[] = [];
  for (const [i, { label }] of targets.entries()) {
    const text = label.slice(label.indexOf(':') + 1);
    const last = shown.at(-1);
    const near = last ? (GLYPH * (text.length + last.text.length)) / 2 + GLYPH : 0;
    if (!last || x(i) - last.x > near) shown.push({ id: label, text, x: x(i) });
  }
  return shown;
};

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
      {labelled(board.targets, x).map(({ id, text, x: at }) => (
        <text key={id} x={at} y={HEIGHT - 2} textAnchor="middle">
          {text}
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
