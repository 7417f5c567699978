/** The Pareto front in two dimensions: the points that no other point beats in both cost and value. */

interface Axes<T> {
  readonly cost: (item: T) => number;
  readonly value: (item: T) => number;
  readonly direction: 'higher' | 'lower';
  /** Costs closer than this fraction count as equal. */
  readonly tolerance?: number;
}

/**
 * Points of the front, cheapest first. A point is beaten by one that has a better value and costs no more than
 * (1 + tolerance) times as much; of points with the same value the cheapest stays.
 */
export const paretoFront = <T>(items: readonly T[], { cost, value, direction, tolerance = 0 }: Axes<T>): T[] => {
  const sign = direction === 'higher' ? 1 : -1;
  const gain = (item: T) => sign * value(item);
  const finite = items
    .filter((item) => Number.isFinite(cost(item)) && Number.isFinite(value(item)))
    .sort((a, b) => cost(a) - cost(b) || gain(b) - gain(a));
  let best = Number.NEGATIVE_INFINITY;
  const cheapestFirst = finite.filter((item) => {
    const rises = gain(item) > best;
    best = Math.max(best, gain(item));
    return rises;
  });
  return cheapestFirst.filter(
    (item) => !cheapestFirst.some((other) => gain(other) > gain(item) && cost(other) <= cost(item) * (1 + tolerance)),
  );
};
