/** What a plot can put on its axes: one fact of a row, what is better, and where the base model stands. */
import type { AxisDescription, Board, MetricDescription, Row, TrackDescription } from '@topiary/contracts';
import { type Interval, scaleFor } from '../../lib/format.js';
import { t } from '../../lib/i18n.js';
import { controlOf, costOf, differenceUnit, isFree, mainMetric } from '../../lib/tracks.js';
import { changeOf, metricOf } from '../leaderboard/rows.js';

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
  readonly track: TrackDescription;
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

const unitText = (title: string, unit: string): string => (unit ? `${title}, ${unit}` : title);

/** The base model's cost where it is one and the same number in every row; measured ones differ, and are averaged. */
const baseCost = ({ rows }: AxisContext, axis: AxisDescription): number | null => {
  const known = rows.flatMap((row) => costOf(row, axis)?.base ?? []);
  return known.length === 0 ? null : known.reduce((sum, base) => sum + base, 0) / known.length;
};

/** The share of the base model that is left: known for every row, since a printed speed-up says it, too. */
const targetAxis = (context: AxisContext, axis: AxisDescription): PlotAxis => {
  const full = baseCost(context, axis);
  const write = counted([full]);
  const targets = context.board.targets.filter((target) => target.axis === axis.id && !isFree(target));
  return {
    title: t('plot.axis.left', { axis: axis.title }),
    direction: 'lower',
    log: axis.scale === 'log',
    of: (row) => {
      const { base = null, left = null } = costOf(row, axis) ?? {};
      return exact(left !== null && base ? left / base : 1 / row.achieved);
    },
    base: 1,
    ticks: [{ value: 1, label: '1x' }, ...targets].map(({ value, label }) => ({
      at: 1 / value,
      lines: full === null ? [label] : [label, write(full / value)],
    })),
    write: (share) => (full === null ? `${(100 * share).toFixed(0)} %` : write(share * full)),
  };
};

const milliseconds = (value: number): string => `${Number(value.toPrecision(3))}`;

const otherAxis = (context: AxisContext, axis: AxisDescription): PlotAxis => ({
  title: unitText(axis.perMachine ? axis.title : t('plot.axis.left', { axis: axis.title }), axis.unit),
  direction: 'lower',
  log: axis.scale === 'log',
  of: (row) => exact(costOf(row, axis)?.left),
  base: baseCost(context, axis),
  ticks: null,
  write: axis.unit === '' ? counted(context.rows.map((row) => costOf(row, axis)?.left)) : milliseconds,
});

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

/** The base model here; where there is none, the one that all rows of papers start from. */
const baseOutcome = ({ board, rows }: AxisContext, metric: MetricDescription): number | null => {
  const printed = new Set(rows.flatMap(({ base }) => base ?? []));
  const [only] = printed.size === 1 ? printed : [];
  return board.base?.metrics.find(({ id }) => id === metric.id)?.value ?? only ?? null;
};

const outcome = (context: AxisContext, metric: MetricDescription): PlotAxis => ({
  title: unitText(metric.title, metric.unit),
  direction: metric.direction,
  log: false,
  of: (row) => metricOf(row, metric.id),
  base: baseOutcome(context, metric),
  ticks: null,
  write: plain,
});

const change = ({ board }: AxisContext, metric: MetricDescription): PlotAxis => ({
  title: unitText(t('column.change'), differenceUnit(metric)),
  direction: metric.direction,
  log: false,
  of: (row) => changeOf(row, board, metric),
  base: 0,
  ticks: null,
  write: plain,
});

const aboveControl = (control: string, metric: MetricDescription): PlotAxis => ({
  title: unitText(t('column.above', { control }), differenceUnit(metric)),
  direction: 'higher',
  log: false,
  of: (row) => row.aboveRandom,
  base: null,
  ticks: null,
  write: plain,
});

/** What may be chosen, by the name that stands in the address; the first is what a plot begins with. */
export interface AxisChoice {
  readonly id: string;
  readonly title: string;
  readonly axis: (context: AxisContext) => PlotAxis;
}

export const costChoices = (track: TrackDescription): readonly AxisChoice[] => [
  ...track.axes.map((axis) => ({
    id: axis.id,
    title: axis.perMachine ? unitText(axis.title, axis.unit) : t('plot.axis.left', { axis: axis.title }),
    axis: (context: AxisContext) => (axis.id === track.targetAxis ? targetAxis : otherAxis)(context, axis),
  })),
  { id: 'cost', title: t('plot.axis.cost'), axis: seconds },
];

export const valueChoices = (track: TrackDescription): readonly AxisChoice[] => {
  const main = mainMetric(track);
  const control = controlOf(track);
  return [
    { id: 'metric', title: main.title, axis: (context) => outcome(context, main) },
    { id: 'change', title: t('column.change'), axis: (context) => change(context, main) },
    ...(control === null
      ? []
      : [
          {
            id: 'above-random',
            title: t('column.above', { control: control.id }),
            axis: () => aboveControl(control.id, main),
          },
        ]),
    ...track.metrics.slice(1).map((metric) => ({
      id: metric.id,
      title: metric.title,
      axis: (context: AxisContext) => outcome(context, metric),
    })),
  ];
};

/** The one of that name, else the first. */
export const chosenAxis = (choices: readonly AxisChoice[], name: string | null | undefined): AxisChoice =>
  choices.find(({ id }) => id === name) ?? choices[0]!;
