/** What the accuracy-against-compute plot draws, made from leaderboard rows. */
import type { Board, MetricDescription, Provenance, Row } from '@topiary/contracts';
import { measure, measureText, scaleFor } from '../../lib/format.js';
import { isRandom, isReported, metricOf } from '../leaderboard/rows.js';
import { paretoFront } from './pareto.js';

export interface ParetoPoint {
  readonly id: string;
  readonly label: string;
  readonly provenance: Provenance;
  readonly target: string;
  readonly cost: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly onFront: boolean;
  readonly inTarget: boolean;
  readonly text: string;
}

export interface ParetoData {
  readonly metric: MetricDescription;
  readonly points: readonly ParetoPoint[];
  readonly front: readonly { cost: number; value: number }[];
  /** What random pruning reaches, from the base model on. */
  readonly random: readonly { cost: number; value: number }[];
  readonly base: { cost: number; value: number } | null;
  readonly ticks: readonly { cost: number; label: string }[];
  readonly unit: ReturnType<typeof scaleFor>;
}

/** A run may end this far beyond its target, so that costs within it are the same cost. */
const TARGET_TOLERANCE = 0.03;

/** MACs of the whole network, as some row knows them. */
const fullCost = (rows: readonly Row[]): number | null =>
  rows.find((row) => row.macs.published.base !== null)?.macs.published.base ?? null;

const baseOf = (board: Board, rows: readonly Row[], metric: string): ParetoData['base'] => {
  const value = board.base?.metrics.find(({ id }) => id === metric)?.value;
  const cost = board.base?.macs.published ?? fullCost(rows);
  return value === undefined || cost === null ? null : { cost, value };
};

/** Only what was measured within the board's budget can be on the front. */
const isChecked = (row: Row): boolean => !isReported(row) && row.division === 'closed';

/** One random point per target, cheapest last, joined to the base model. */
const randomOf = (points: readonly (ParetoPoint & { row: Row })[], base: ParetoData['base']): ParetoData['random'] => {
  const byTarget = new Map<string, ParetoPoint>();
  for (const point of points)
    if (isRandom(point.row) && isChecked(point.row) && !byTarget.has(point.target)) byTarget.set(point.target, point);
  if (byTarget.size === 0) return [];
  return [...(base ? [base] : []), ...byTarget.values()].sort((a, b) => b.cost - a.cost);
};

/** `target` = the label that the table shows; its points stand out. `null`: all of them do. */
export const paretoData = (
  board: Board,
  rows: readonly Row[],
  metric: MetricDescription,
  target: string | null,
): ParetoData => {
  const drawn = rows.flatMap((row) => {
    const found = metricOf(row, metric.id);
    const cost = row.macs.published.left;
    return found && cost !== null ? [{ row, found, cost }] : [];
  });
  const checked = drawn.filter(({ row }) => isChecked(row));
  const best = paretoFront(checked, {
    cost: ({ cost }) => cost,
    value: ({ found }) => found.value,
    direction: metric.direction,
    tolerance: TARGET_TOLERANCE,
  });
  const winners = new Set(best.map(({ row }) => row.id));
  const points = drawn.map(({ row, found, cost }) => ({
    row,
    id: row.id,
    label: row.label,
    provenance: row.provenance,
    target: row.target.label,
    cost,
    value: found.value,
    low: found.low ?? found.value,
    high: found.high ?? found.value,
    onFront: winners.has(row.id),
    inTarget: target === null || row.target.label === target,
    text: `${row.label}, ${row.target.label}: ${measureText(measure(found, metric))}`,
  }));
  const base = baseOf(board, rows, metric.id);
  const front = best.map(({ found, cost }) => ({ cost, value: found.value }));
  const full = base?.cost ?? fullCost(rows) ?? 1;
  return {
    metric,
    points,
    front: base ? [...front, base] : front,
    random: randomOf(points, base),
    base,
    ticks: [{ cost: full, label: '1x' }, ...board.targets.map(({ value, label }) => ({ cost: full / value, label }))],
    unit: scaleFor(full),
  };
};
