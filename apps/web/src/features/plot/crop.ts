/** What of a plot's values is drawn: one bad row, or an interval as wide as the axis, must not press all others together. */
import { quantileSorted } from 'd3-array';
import type { ParetoData } from './pareto-data.js';

type Two = [number, number];

/** From the lowest interval to the highest. */
const wholeOf = ({ points, control, curves, base }: ParetoData): readonly number[] => [
  ...points.flatMap(({ low, high, value }) => [low ?? value, high ?? value]),
  ...[control, ...curves.map(({ places }) => places)].flat().map(({ value }) => value),
  ...(base ? [base.value] : []),
];

/** Tukey's fence: beyond it a value is an outlier among its like. */
const FENCE = 1.5;
/** Of fewer nobody can say which one is far out. */
const FEWEST = 5;

/**
 * The worst value that is drawn where it is: of the points, not of their intervals; null: all are. What is better than the
 * others is never cut off.
 */
const worstShown = ({ points, y }: Pick<ParetoData, 'points' | 'y'>): number | null => {
  if (points.length < FEWEST) return null;
  const sign = y.direction === 'higher' ? 1 : -1;
  const values = points.map(({ value }) => sign * value).sort((a, b) => a - b);
  const [q1, q3] = [quantileSorted(values, 0.25)!, quantileSorted(values, 0.75)!];
  const shown = values.find((value) => value >= q1 - FENCE * (q3 - q1))!;
  // half of the spread that is shown below the worst of them: intervals end there
  const room = 0.25 * Math.max(values.at(-1)! - shown, 1e-9);
  return sign * (shown - room);
};

/** Never so narrow that the axis would be all digits. */
const wideEnough = (values: readonly number[]): Two => {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const least = 0.04 * Math.max(Math.abs(high), Math.abs(low), 1e-9);
  return high - low >= least ? [low, high] : [high - 3 * least, high];
};

/** `whole`: nothing is cut off. */
export const valueDomain = (data: ParetoData, whole: boolean): Two => {
  const [low, high] = wideEnough(wholeOf(data));
  const worst = whole ? null : worstShown(data);
  if (worst === null) return [low, high];
  return data.y.direction === 'higher' ? [Math.max(low, worst), high] : [low, Math.min(high, worst)];
};

/** Points that lie beyond what is drawn; they stand at its edge. */
export const beyond = (data: ParetoData, whole: boolean): ParetoData['points'] => {
  const [low, high] = valueDomain(data, whole);
  return data.points.filter(({ value }) => value < low || value > high);
};
