/** The search of the lists: every word must occur somewhere, whatever the case. */
export const matches = (query: string | null, ...texts: readonly (string | null | undefined)[]): boolean => {
  const words = (query ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const all = texts.join(' ').toLowerCase();
  return words.every((word) => all.includes(word));
};
