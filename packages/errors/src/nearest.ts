/** Finds what somebody meant: the known word that takes the fewest slips of a finger. */

/** Letters left out, added, changed or swapped with their neighbour (Damerau and Levenshtein, without moves across). */
export const slips = (a: string, b: string): number => {
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      next[j] = Math.min(last[j]! + 1, next[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        next[j] = Math.min(next[j]!, before[j - 2]! + 1);
      }
    }
    [before, last] = [last, next];
  }
  return last[b.length]!;
};

/** The nearest of the known words, if a third of the letters or fewer is wrong, or the word begins or ends it. */
export const nearest = (word: string, known: Iterable<string>): string | null => {
  let best: { word: string; slips: number } | null = null;
  for (const candidate of known) {
    const apart = slips(word.toLowerCase(), candidate.toLowerCase());
    const isPart = word.length >= 3 && (candidate.startsWith(word) || candidate.endsWith(word));
    if (!isPart && apart > Math.max(1, Math.floor(candidate.length / 3))) continue;
    if (best === null || apart < best.slips) best = { word: candidate, slips: apart };
  }
  return best?.word ?? null;
};

/** `; did you mean 'submit'?`, or nothing. */
export const didYouMean = (word: string, known: Iterable<string>): string => {
  const found = nearest(word, known);
  return found === null ? '' : `; did you mean '${found}'?`;
};
