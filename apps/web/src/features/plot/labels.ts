/** Which points of a plot of value against cost show their labels, and on which side. */
import type { ParetoData } from './pareto-data.js';

/** Of a letter, in pixels. */
export const FIGURE_WIDTH = 6.2;

/** Where a cost and a value lie in a drawing of this width. */
interface Place {
  readonly width: number;
  readonly x: (cost: number) => number;
  readonly y: (value: number) => number;
}

const LABEL_HEIGHT = 14;

/** To the left of its point; to the right where there is no room. */
export type Side = 'end' | 'start';

interface Box {
  readonly side: Side;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

const boxes = (at: number, y: number, length: number): readonly Box[] => [
  { side: 'end', left: at - length, right: at + 5, y },
  { side: 'start', left: at - 5, right: at + length, y },
];

/** The points on the front whose labels stand clear of those of better ones; the others show theirs when pointed at. */
export const labelled = ({ points }: ParetoData, { x, y, width }: Place): ReadonlyMap<string, Side> => {
  const placed = new Map<string, Box>();
  const isFree = ({ left, right, y: at }: Box) =>
    left >= 0 &&
    right <= width &&
    !points.some(
      ({ cost, value }) => x(cost) > left + 10 && x(cost) < right - 10 && Math.abs(y(value) - at) < LABEL_HEIGHT,
    ) &&
    ![...placed.values()].some(
      (other) => Math.abs(other.y - at) < LABEL_HEIGHT && other.left < right && left < other.right,
    );
  for (const { id, label, cost, value } of points
    .filter(({ onFront }) => onFront)
    .sort((a, b) => y(a.value) - y(b.value))) {
    const box = boxes(x(cost), y(value), label.length * FIGURE_WIDTH).find(isFree);
    if (box) placed.set(id, box);
  }
  return new Map([...placed].map(([id, { side }]) => [id, side]));
};
