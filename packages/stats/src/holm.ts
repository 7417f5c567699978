/** Holm's correction (1979): the chance of a single false alarm in the whole family stays below the level. */

/** Adjusted p values in the order given: the k-th smallest of m is multiplied by m - k + 1, and none falls below an earlier. */
export const holm = (ps: readonly number[]): number[] => {
  const order = ps.map((_, i) => i).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length);
  let least = 0;
  order.forEach((i, k) => {
    least = Math.max(least, Math.min(1, (ps.length - k) * ps[i]!));
    adjusted[i] = least;
  });
  return adjusted;
};
