/** The masks of a group: every way to keep N of M blocks, and which of them a group of gates has chosen. */

/** In lexical order of what stays: [C(M, N)][M] of 0 and 1. */
export const masksOf = (keep: number, of: number): readonly (readonly number[])[] => {
  if (keep > of || keep < 0) return [];
  if (of === 0) return [[]];
  const first = masksOf(keep - 1, of - 1).map((rest) => [1, ...rest]);
  const others = masksOf(keep, of - 1).map((rest) => [0, ...rest]);
  return [...first, ...others];
};

/** A gate of 0.01 is worth one logit. */
export const SCALING = 100;

export interface Choice {
  /** Place of the largest gate. */
  readonly option: number;
  /** Its share of the softmax of all gates of the group. */
  readonly confidence: number;
}

/** Of each group: `gates` holds one number for every mask, one group after another. */
export const choicesOf = (gates: ArrayLike<number>, options: number): readonly Choice[] =>
  Array.from({ length: gates.length / options }, (_, group) => {
    const own = Array.from({ length: options }, (__, i) => SCALING * gates[group * options + i]!);
    const most = Math.max(...own);
    const sum = own.reduce((total, logit) => total + Math.exp(logit - most), 0);
    return { option: own.indexOf(most), confidence: 1 / sum };
  });
