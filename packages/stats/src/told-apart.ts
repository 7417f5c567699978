/** Which rows of a ranking it can tell apart: pairs of the suite as they were corrected, others by their own tests. */
import type { DrawnRanking } from './drawn-ranking.js';
import { holm } from './holm.js';
import type { RowEvidence } from './row-evidence.js';
import { pValue } from './two-rows.js';

const SIGNIFICANCE = 0.05;
const key = (first: string, second: string): string => `${first}\n${second}`;

/**
 * Of rows by their evidence: whether the first is better than the second, beyond chance. A row outside the suite is tested
 * against the suite alone, so that it changes nobody's outcome but its own; two such rows are not tested.
 */
export const toldApart = (
  { family, spread }: DrawnRanking,
  rows: readonly RowEvidence[],
  direction: 'higher' | 'lower',
): ((first: string, second: string) => boolean) => {
  const suite = new Set(family.places.map(({ id }) => id));
  const better = new Set(family.pairs.filter(({ stands }) => stands).map((pair) => key(pair.better, pair.worse)));
  const members = rows.filter(({ id }) => suite.has(id));
  for (const row of rows.filter(({ id }) => !suite.has(id))) {
    const tests = members.flatMap((other) => {
      const p = pValue(row, other, spread);
      return p === null ? [] : [{ other, p }];
    });
    const corrected = holm(tests.map(({ p }) => p));
    for (const [i, { other }] of tests.entries()) {
      if (corrected[i]! >= SIGNIFICANCE) continue;
      const isAbove = direction === 'higher' ? row.value > other.value : row.value < other.value;
      better.add(isAbove ? key(row.id, other.id) : key(other.id, row.id));
    }
  }
  return (first, second) => better.has(key(first, second));
};
