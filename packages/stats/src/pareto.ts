/** Which points no other point beats: the Pareto front. */

export type Direction = 'higher' | 'lower';

/** b is at least as good in every objective and better in one. */
const dominates = (b: readonly number[], a: readonly number[], directions: readonly Direction[]): boolean => {
  let better = false;
  for (let i = 0; i < directions.length; i += 1) {
    const gain = directions[i] === 'higher' ? b[i]! - a[i]! : a[i]! - b[i]!;
    if (gain < 0) return false;
    if (gain > 0) better = true;
  }
  return better;
};

/** Indices of the points on the front, in the order given; equal points are all on it, points with NaN never. */
export const paretoFront = (points: readonly (readonly number[])[], directions: readonly Direction[]): number[] => {
  const whole = points.map((point) => point.every((value) => !Number.isNaN(value)));
  return points.flatMap((a, i) =>
    whole[i] && !points.some((b, j) => whole[j] && dominates(b, a, directions)) ? [i] : [],
  );
};
