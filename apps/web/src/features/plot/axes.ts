/** What a plot can put on its axes: one fact of a row, what is better, and where the base model stands. */
import type { Board, MetricDescription, Row } from '@topiary/contracts';
import { type Interval, scaleFor } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { changeOf, differenceUnit, metricOf } from '../leaderboard/rows.js';

export interface Tick {
  readonly at: number;
  /** One line or two. */
  readonly lines: readonly string[];
}

export interface PlotAxis {
  readonly title: string;
  readonly direction: 'higher' | 'lower';
  readonly log: boolean;
  readonly of: (row: Row) => Interval | null;
  readonly base: number | null;
  /** Where the axis has marks of its own; else the scale chooses. */
  readonly ticks: readonly Tick[] | null;
  readonly write: (value: number) => string;
}

export interface AxisContext {
  readonly board: Board;
  readonly rows: readonly Row[];
  readonly metric: MetricDescription;
}

const exact = (value: number | null | undefined): Interval | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : { value, low: null, high: null };

const counted = (values: readonly (number | null | undefined)[]) => {
  const scale = scaleFor(Math.max(1, ...values.map((value) => value ?? 0)));
  const write = (value: number): string => {
    const left = value / scale.divisor;
    return `${left >= 100 ? left.toFixed(0) : Number(left.toPrecision(3))}\u202f${scale.unit}`.trim();
  };
  return write;
};

const fullMacs = ({ board, rows }: AxisContext): number | null =>
  board.base?.macs.published ?? rows.find((row) => row.macs.published.base !== null)?.macs.published.base ?? null;

/** The share of the base model's MACs that is left: known for every row, since a printed speed-up says it, too. */
const macs = (context: AxisContext): PlotAxis => {
  const full = fullMacs(context);
  const write = counted([full]);
  return {
    title: t('plot.axis.macs'),
    direction: 'lower',
    log: true,
    of: ({ macs: { published }, achieved }) =>
      exact(published.left !== null && published.base ? published.left / published.base : 1 / achieved),
    base: 1,
    ticks: [{ value: 1, label: '1x' }, ...context.board.targets].map(({ value, label }) => ({
      at: 1 / value,
      lines: full === null ? [label] : [label, write(full / value)],
    })),
    write: (share) => (full === null ? `${(100 * share).toFixed(0)} %` : write(share * full)),
  };
};

const params = ({ board, rows }: AxisContext): PlotAxis => ({
  title: t('plot.axis.params'),
  direction: 'lower',
  log: true,
  of: (row) => exact(row.params.left),
  base: board.base?.params ?? null,
  ticks: null,
  write: counted(rows.map((row) => row.params.left)),
});

const milliseconds = (value: number): string => `${Number(value.toPrecision(3))}`;

const latency = ({ rows }: AxisContext): PlotAxis => {
  const timed = rows.flatMap((row) => (row.latency ? [row.latency.baseP50Ms] : []));
  return {
    title: t('plot.axis.latency'),
    direction: 'lower',
    log: false,
    of: (row) => exact(row.latency?.p50Ms),
    base: timed.length > 0 ? timed.reduce((sum, ms) => sum + ms, 0) / timed.length : null,
    ticks: null,
    write: milliseconds,
  };
};

const seconds = (): PlotAxis => ({
  title: t('plot.axis.cost'),
  direction: 'lower',
  log: true,
  of: (row) => exact(row.seconds),
  base: null,
  ticks: null,
  write: milliseconds,
});

const plain = (value: number): string => `${Number(value.toPrecision(4))}`;

const unitText = (title: string, unit: string): string => (unit ? `${title}, ${unit}` : title);

/** The base model here; where there is none, the one that all rows of papers start from. */
const baseOutcome = ({ board, rows, metric }: AxisContext): number | null => {
  const printed = new Set(rows.flatMap(({ base }) => base ?? []));
  const [only] = printed.size === 1 ? printed : [];
  return board.base?.metrics.find(({ id }) => id === metric.id)?.value ?? only ?? null;
};

const outcome = (context: AxisContext): PlotAxis => {
  const { metric } = context;
  return {
    title: unitText(metric.title, metric.unit),
    direction: metric.direction,
    log: false,
    of: (row) => metricOf(row, metric.id),
    base: baseOutcome(context),
    ticks: null,
    write: plain,
  };
};

const change = ({ board, metric }: AxisContext): PlotAxis => ({
  title: unitText(t('column.change'), differenceUnit(metric.unit)),
  direction: metric.direction,
  log: false,
  of: (row) => changeOf(row, board, metric),
  base: 0,
  ticks: null,
  write: plain,
});

const aboveRandom = ({ metric }: AxisContext): PlotAxis => ({
  title: unitText(t('column.aboveRandom'), differenceUnit(metric.unit)),
  direction: 'higher',
  log: false,
  of: (row) => row.aboveRandom,
  base: null,
  ticks: null,
  write: plain,
});

/** By the name that stands in the address. */
export const COST_AXES = { macs, params, latency, cost: seconds } as const;
export const VALUE_AXES = { metric: outcome, change, 'above-random': aboveRandom } as const;

export type CostAxis = keyof typeof COST_AXES;
export type ValueAxis = keyof typeof VALUE_AXES;

export const isCostAxis = (name: string | null): name is CostAxis => name !== null && name in COST_AXES;
export const isValueAxis = (name: string | null): name is ValueAxis => name !== null && name in VALUE_AXES;
