/** What the Pareto plot draws, made from leaderboard rows. */
import type { Board, MetricDescription, Provenance, Row, TrackDescription } from '@topiary/contracts';
import { measure, measureText } from '../../lib/format.js';
import { controlOf, isControl, mainMetric } from '../../lib/tracks.js';
import { isReported, metricOf } from '../leaderboard/rows.js';
import { type AxisContext, chosenAxis, costChoices, type PlotAxis, valueChoices } from './axes.js';
import { paretoFront } from './pareto.js';

export interface ParetoPoint {
  readonly id: string;
  readonly label: string;
  readonly provenance: Provenance;
  readonly target: string;
  readonly cost: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly onFront: boolean;
  readonly inTarget: boolean;
  readonly text: string;
}

type Place = Pick<ParetoPoint, 'cost' | 'value'>;

export interface ParetoData {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly points: readonly ParetoPoint[];
  readonly front: readonly Place[];
  /** What chance reaches, from the base model on, and what that is called. */
  readonly control: readonly Place[];
  readonly controlName: string;
  /** Controls that are drawn on every plot, each from the base model on. */
  readonly curves: readonly { readonly id: string; readonly title: string; readonly places: readonly Place[] }[];
  readonly base: Place | null;
}

export interface ParetoOptions {
  /** The label that the table shows: its points stand out; null: all of them do. */
  readonly target: string | null;
  /** Only that target, without the way from the base model. */
  readonly alone?: boolean;
  /** Names of axes; absent: the track's first. */
  readonly cost?: string;
  readonly value?: string;
}

/** A run may end this far beyond its target, so that costs within it are the same cost. */
const TARGET_TOLERANCE = 0.03;

/** Only what was measured within the board's budget can be on the front; printed numbers make one where nothing was. */
const isChecked = (row: Row, onlyReported: boolean): boolean =>
  onlyReported || (!isReported(row) && row.division === 'closed');

/** One point of the track's control per target, cheapest last, joined to the base model. */
const controlLine = (
  points: readonly (ParetoPoint & { row: Row })[],
  base: Place | null,
  onlyReported: boolean,
  track: TrackDescription,
) => {
  const byTarget = new Map<string, ParetoPoint>();
  for (const point of points)
    if (isControl(point.row, track) && isChecked(point.row, onlyReported) && !byTarget.has(point.target))
      byTarget.set(point.target, point);
  if (byTarget.size === 0) return [];
  return [...(base ? [base] : []), ...byTarget.values()].sort((a, b) => b.cost - a.cost);
};

/** All rows of each control that is a curve, cheapest last, joined to the base model. */
const curvesOf = (
  points: readonly (ParetoPoint & { row: Row })[],
  base: Place | null,
  onlyReported: boolean,
  { controls }: TrackDescription,
): ParetoData['curves'] =>
  controls
    .filter(({ curve }) => curve)
    .flatMap(({ id, title }) => {
      const own = points.filter(({ row }) => row.control === id && isChecked(row, onlyReported));
      if (own.length === 0) return [];
      const places = [...(base ? [base] : []), ...own].sort((a, b) => b.cost - a.cost);
      return [{ id, title, places: places.map(({ cost, value }) => ({ cost, value })) }];
    });

const textOf = (row: Row, metric: MetricDescription): string => {
  const found = metricOf(row, metric.id);
  const name = `${row.label}, ${row.target.label}`;
  return found ? `${name}: ${measureText(measure(found, metric))}` : name;
};

export const paretoData = (
  board: Board,
  rows: readonly Row[],
  track: TrackDescription,
  { target, cost, value, alone = false }: ParetoOptions,
): ParetoData => {
  const context: AxisContext = { board, rows, track };
  const metric = mainMetric(track);
  const x = chosenAxis(costChoices(track), cost).axis(context);
  const y = chosenAxis(valueChoices(track), value).axis(context);
  const onlyReported = rows.every(isReported);
  const shown = alone ? rows.filter((row) => row.target.label === target) : rows;
  const drawn = shown.flatMap((row) => {
    const [at, found] = [x.of(row), y.of(row)];
    return at && found ? [{ row, cost: at.value, found, value: found.value }] : [];
  });
  const best = paretoFront(
    drawn.filter(({ row }) => isChecked(row, onlyReported)),
    { cost: (one) => one.cost, value: (one) => one.value, direction: y.direction, tolerance: TARGET_TOLERANCE },
  );
  const winners = new Set(best.map(({ row }) => row.id));
  const points = drawn.map(({ row, cost: at, found }) => ({
    row,
    id: row.id,
    label: row.label,
    provenance: row.provenance,
    target: row.target.label,
    cost: at,
    value: found.value,
    low: found.low,
    high: found.high,
    onFront: winners.has(row.id),
    inTarget: target === null || row.target.label === target,
    text: textOf(row, metric),
  }));
  const base = !alone && x.base !== null && y.base !== null ? { cost: x.base, value: y.base } : null;
  return {
    x,
    y,
    points,
    front: [...best.map((one) => ({ cost: one.cost, value: one.value })), ...(base ? [base] : [])],
    control: controlLine(points, base, onlyReported, track),
    controlName: controlOf(track)?.id ?? '',
    curves: curvesOf(points, base, onlyReported, track),
    base,
  };
};
