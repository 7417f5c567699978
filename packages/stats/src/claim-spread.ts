/**
 * How far seeds lie apart, borrowed among claims on the same number. Differences that share a side are no independent
 * rows: `tests/packages/stats/recorded-claims.test.ts` has the simulation. Of eight claims at three seeds, four beside
 * either of two shared sides, intervals with the borrowed spread cover 94.0 to 96.4 % (the noisier half 91.0 to 94.5 %),
 * whether the shared sides vary not at all or ten times as much as the others. Where all share one side that varies ten
 * times as much, 89 %: so nothing is borrowed where one side stands in more than half of the differences.
 */
import type { RowEvidence } from './row-evidence.js';
import { LEAST_ROWS, type SeedSpread, seedSpread } from './seed-spread.js';

/** What a claim compares. */
export interface Compared {
  /** In words that are the same for the same side. */
  readonly sides: readonly string[];
  /** The difference by seed, or a row for each side; null: not recorded. */
  readonly rows: readonly (RowEvidence | null)[];
}

const MOST_SHARED = 0.5;

/** The greatest number of lists that hold the same side. */
const mostShared = (all: readonly (readonly string[])[]): number =>
  Math.max(...all.flat().map((side) => all.filter((sides) => sides.includes(side)).length));

/** Each row once, whoever compares it; null: too few, or too much of one side. */
export const borrowedSpread = (claims: readonly Compared[]): SeedSpread | null => {
  const distinct = new Map<string, { readonly sides: readonly string[]; readonly row: RowEvidence }>();
  for (const { sides, rows } of claims) {
    for (const [i, row] of rows.entries()) {
      const own = rows.length === 1 ? sides : [sides[i]!];
      if (row) distinct.set(own.join('\n'), { sides: own, row });
    }
  }
  const known = [...distinct.values()];
  if (known.length < LEAST_ROWS || mostShared(known.map(({ sides }) => sides)) > MOST_SHARED * known.length)
    return null;
  return seedSpread(known.map(({ row }) => row));
};
