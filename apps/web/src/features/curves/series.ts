/** Each recipe of a board as a curve over targets, and what lies between two of its points. */
import type { MetricDescription, Row } from '@topiary/contracts';
import type { Interval } from '../../lib/format.js';
import { metricOf } from '../leaderboard/rows.js';

export interface CurvePoint extends Interval {
  readonly row: string;
  /** What was reached, not what was asked for. */
  readonly speedup: number;
}

export interface Series {
  readonly id: string;
  readonly label: string;
  readonly provenance: Row['provenance'];
  /** By rising speed-up; one per target. */
  readonly points: readonly CurvePoint[];
}

/** Rows of one curve differ in nothing but the target. */
const keyOf = (row: Row): string =>
  JSON.stringify([row.label, row.recipe, row.provenance, row.division, row.splitHash, row.source?.title]);

export const seriesOf = (rows: readonly Row[], metric: MetricDescription): readonly Series[] => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups.values()].map((members) => {
    const points = members.flatMap((row) => {
      const found = metricOf(row, metric.id);
      return found
        ? [{ row: row.id, speedup: row.achieved, value: found.value, low: found.low, high: found.high }]
        : [];
    });
    const [first] = members as [Row, ...Row[]];
    return {
      id: first.id,
      label: first.label,
      provenance: first.provenance,
      points: points.sort((a, b) => a.speedup - b.speedup),
    };
  });
};

const between = (a: number | null, b: number | null, share: number): number | null =>
  a === null || b === null ? null : a + share * (b - a);

/**
 * The curve at a speed-up: linear in its logarithm between the two neighbours, whose intervals are interpolated alike.
 * Null outside of what was measured: a curve is never prolonged.
 */
export const at = (points: readonly CurvePoint[], speedup: number): Interval | null => {
  const exact = points.find((point) => Math.abs(Math.log2(point.speedup / speedup)) < 0.02);
  if (exact) return exact;
  const after = points.findIndex((point) => point.speedup > speedup);
  const [left, right] = [points[after - 1], points[after]];
  if (!left || !right) return null;
  const share = Math.log(speedup / left.speedup) / Math.log(right.speedup / left.speedup);
  return {
    value: left.value + share * (right.value - left.value),
    low: between(left.low, right.low, share),
    high: between(left.high, right.high, share),
  };
};

/**
 * The mean height of a curve between two speed-ups: the area below it over the logarithm of the speed-up, divided by the
 * width. Null where it does not reach from one to the other.
 */
export const meanBetween = (points: readonly CurvePoint[], from: number, to: number): number | null => {
  const [start, end] = [at(points, from), at(points, to)];
  if (start === null || end === null || from >= to) return null;
  const inside = points.filter(({ speedup }) => speedup > from && speedup < to);
  const all = [
    { speedup: from, value: start.value },
    ...inside.map(({ speedup, value }) => ({ speedup, value })),
    { speedup: to, value: end.value },
  ];
  const area = all.slice(1).reduce((sum, point, i) => {
    const before = all[i]!;
    return sum + ((point.value + before.value) / 2) * Math.log2(point.speedup / before.speedup);
  }, 0);
  return area / Math.log2(to / from);
};

export interface Standing {
  readonly series: Series;
  readonly found: Interval;
}

/** The curves in order at a speed-up, best first; those that do not reach it are left out. */
export const standings = (
  all: readonly Series[],
  speedup: number,
  direction: MetricDescription['direction'],
): readonly Standing[] => {
  const sign = direction === 'higher' ? -1 : 1;
  return all
    .flatMap((series) => {
      const found = at(series.points, speedup);
      return found ? [{ series, found }] : [];
    })
    .sort((a, b) => sign * (a.found.value - b.found.value));
};
