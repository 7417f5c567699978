/** A small generator with a fixed seed (Lehmer, multiplier 48271), so that a failure can be repeated: numbers in (0, 1). */
export const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
};
