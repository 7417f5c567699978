/** Smoothing of a noisy curve, for the eye only. */

/** Running mean over `2 reach + 1` values; near an end the window shrinks on both sides, so that the line does not lag. */
export const smooth = (values: readonly number[], reach = 8): number[] =>
  values.map((_, i) => {
    const near = Math.min(reach, i, values.length - 1 - i);
    const window = values.slice(i - near, i + near + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
