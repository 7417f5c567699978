/** Places from 1, the largest first; values that are level share the mean of theirs. */
export const sharedPlaces = (values: readonly number[]): number[] =>
  values.map((value) => {
    const above = values.filter((other) => other > value).length;
    const level = values.filter((other) => other === value).length;
    return above + (level + 1) / 2;
  });
