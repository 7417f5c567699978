/**
 * A board as a picture of 1200 x 630 for previews of links: what is left of the network against what it still can.
 * Pure: rows in, SVG out.
 */
import { asLine, type Board, type Row, type TrackDescription } from '@topiary/contracts';
import { paretoFront } from '@topiary/stats';
import { nice, quantileSorted, ticks } from 'd3-array';
import { outcome } from '../leaderboard-query.js';
import { escapeHtml as escapeXml } from '../pages/head.js';

export const SIZE = { width: 1200, height: 630 } as const;
const AREA = { left: 116, right: 1152, top: 196, bottom: 528 } as const;
/** The light colours of the site. */
const INK = '#1b1f18';
const SOFT = '#565d50';
const HAIRLINE = '#dcdfd5';
const LEAF = '#2e6f2a';
const GROUND = '#fcfcfa';

export interface Pictured {
  readonly board: Board;
  readonly track: TrackDescription;
  readonly rows: readonly Row[];
  /** The row that the picture is of; absent: of the whole board. */
  readonly row?: Row;
  /** Under the title. */
  readonly sentence: string;
  /** Where it comes from. */
  readonly site: string;
}

interface Point {
  readonly row: Row;
  /** Share of the base that is left, 1 = all. */
  readonly cost: number;
  readonly value: number;
}

const pointOf = (row: Row, { metrics, targetAxis }: TrackDescription): Point[] => {
  const value = outcome(row, metrics[0]!.id);
  const { base = null, left = null } = row.costs[targetAxis] ?? {};
  const cost = left !== null && base ? left / base : 1 / row.achieved;
  return value === undefined || !(cost > 0) ? [] : [{ row, cost, value }];
};

/** Rows that collapsed must not press the others together: what lies far below most of them is left out. */
const crop = (points: readonly Point[], track: TrackDescription, keep: readonly number[]): [number, number] => {
  const up = track.metrics[0]!.direction === 'higher';
  const values = points.map(({ value }) => value).sort((a, b) => a - b);
  const [worst, best] = up ? [0.1, 1] : [0.9, 0];
  const [a, b] = [quantileSorted(values, worst) ?? 0, quantileSorted(values, best) ?? 1];
  const room = Math.abs(b - a) * 0.15 || Math.abs(b) * 0.02 || 1;
  const ends = [a + (up ? -room : room), b + (up ? room / 2 : -room / 2), ...keep];
  const [low, high] = nice(Math.min(...ends), Math.max(...ends), 5);
  const [least, most] = track.metrics[0]!.bounds;
  return [Math.max(low, least ?? low), Math.min(high, most ?? high)];
};

const between = (value: number, [from, to]: readonly [number, number], [start, end]: readonly [number, number]) =>
  start + ((value - from) / (to - from || 1)) * (end - start);

const text = (x: number, y: number, words: string, attributes: string): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escapeXml(words)}</text>`;

const isBetter = (a: number, b: number, direction: 'higher' | 'lower'): boolean =>
  direction === 'higher' ? a > b : a < b;

/** As many characters as fit; the font is not at hand to measure. */
const fit = (words: string, size: number): string => asLine(words, Math.floor((AREA.right - 48) / (0.47 * size)));

const dot = (x: number, y: number, { provenance }: Row, faint: boolean): string =>
  provenance === 'reported'
    ? `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="7" fill="none" stroke="${SOFT}" stroke-width="2.5" opacity="${faint ? 0.35 : 0.8}"/>`
    : `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="8" fill="${LEAF}" opacity="${faint ? 0.25 : 0.75}"/>`;

const frame = ({ board, track, row, sentence, site }: Pictured): string => {
  const metric = track.metrics[0]!;
  const axis = track.axes.find(({ id }) => id === track.targetAxis);
  const title = row ? `${row.label} at ${row.target.label}` : board.title;
  return [
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="${GROUND}"/>`,
    `<rect width="${SIZE.width}" height="10" fill="${LEAF}"/>`,
    text(48, 82, fit(title, 50), `font-size="50" font-weight="600" fill="${INK}"`),
    text(48, 128, fit(sentence, 28), `font-size="28" fill="${SOFT}"`),
    text(48, 170, `${metric.title}${metric.unit ? `, ${metric.unit}` : ''}`, `font-size="24" fill="${SOFT}"`),
    text(AREA.right, 600, `${axis?.title ?? 'Cost'} left`, `font-size="24" fill="${SOFT}" text-anchor="end"`),
    text(
      48,
      600,
      ['Topiary', ...(site ? [new URL(site).host] : [])].join(' · '),
      `font-size="24" font-weight="600" fill="${LEAF}"`,
    ),
  ].join('');
};

export const boardPicture = (pictured: Pictured): string => {
  const { board, track, rows, row } = pictured;
  const all = rows.flatMap((one) => pointOf(one, track));
  const metric = track.metrics[0]!;
  const base = board.base?.metrics.find(({ id }) => id === metric.id)?.value ?? null;
  const own = row ? (pointOf(row, track)[0] ?? null) : null;
  const domain = crop(all, track, [...(base === null ? [] : [base]), ...(own ? [own.value] : [])]);
  const points = all.filter(({ value }) => value >= domain[0] && value <= domain[1]);
  const least = Math.min(0.5, ...points.map(({ cost }) => cost));
  // every halving is one step
  const x = (cost: number) => between(Math.log2(cost), [0, Math.log2(least) - 0.15], [AREA.left + 24, AREA.right - 24]);
  const y = (value: number) => between(value, domain, [AREA.bottom, AREA.top]);
  const marks = board.targets.filter(({ axis, value }) => axis === track.targetAxis && 1 / value >= least * 0.9);
  const grid = ticks(domain[0], domain[1], 5).map(
    (value) =>
      `<path d="M${AREA.left} ${y(value).toFixed(1)}H${AREA.right}" stroke="${HAIRLINE}" stroke-width="1.5"/>` +
      text(AREA.left - 14, y(value) + 8, String(value), `font-size="22" fill="${SOFT}" text-anchor="end"`),
  );
  const foot = [{ value: 1, label: '1x' }, ...marks].map(({ value, label }) =>
    text(x(1 / value), AREA.bottom + 34, label, `font-size="24" fill="${SOFT}" text-anchor="middle"`),
  );
  const checked = points.filter((point) => point.row.provenance !== 'reported');
  const competing = checked.length > 0 ? checked : points;
  const best = paretoFront(
    competing.map(({ cost, value }) => [cost, value]),
    ['lower', metric.direction],
  )
    .map((i) => competing[i]!)
    // a run may end a little beyond its target: costs so close are the same cost
    .filter(
      (one, _, all) =>
        !all.some((other) => isBetter(other.value, one.value, metric.direction) && other.cost <= one.cost * 1.03),
    );
  const line = [...(base === null ? [] : [{ cost: 1, value: base }]), ...best].sort((a, b) => b.cost - a.cost);
  const front =
    line.length < 2
      ? ''
      : `<path d="M${line.map((point) => `${x(point.cost).toFixed(1)} ${y(point.value).toFixed(1)}`).join('L')}" fill="none" stroke="${LEAF}" stroke-width="3" opacity=".6"/>`;
  const ring = own
    ? `<circle cx="${x(own.cost).toFixed(1)}" cy="${y(own.value).toFixed(1)}" r="17" fill="none" stroke="${INK}" stroke-width="4"/>` +
      dot(x(own.cost), y(own.value), own.row, false)
    : '';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE.width}" height="${SIZE.height}" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="Source Sans 3">`,
    frame(pictured),
    ...grid,
    ...foot,
    ...(points.length === 0
      ? [
          text(
            SIZE.width / 2,
            370,
            'Nothing has been measured yet.',
            `font-size="30" fill="${SOFT}" text-anchor="middle"`,
          ),
        ]
      : []),
    front,
    ...points.map((point) => dot(x(point.cost), y(point.value), point.row, own !== null)),
    ...(base === null
      ? []
      : [
          `<path transform="translate(${x(1).toFixed(1)} ${y(base).toFixed(1)})" d="M0-12L12 0L0 12L-12 0Z" fill="${INK}"/>`,
        ]),
    ring,
    '</svg>',
  ].join('');
};
