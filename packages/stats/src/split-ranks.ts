/**
 * A recipe's rank on a test split that nobody has seen, beside its rank on the one that everybody can draw. Only recipes
 * that were run on both are counted, on either side, so that the two ranks are of the same rows.
 */
import type { LeaderboardRow } from './row.js';
import type { MetricDescriptor } from './run-record.js';

export interface SplitRank {
  /** The row of the same recipe on the other split. */
  readonly row: string;
  readonly shown: number;
  readonly hidden: number;
  /** Rows that stand on both. */
  readonly of: number;
}

/** What a ranking is beside its split, which stands in its text by its first sixteen characters. */
const kindOf = ({ ranking, splitHash }: LeaderboardRow): string =>
  ranking
    .split(' | ')
    .filter((part) => part !== splitHash.slice(0, 16))
    .join(' | ');

/** A row's id begins with its recipe's hash. */
const recipeOf = ({ id }: LeaderboardRow): string => id.slice(0, id.indexOf('-'));

const valueOfMetric = ({ metrics }: LeaderboardRow, { id }: MetricDescriptor): number | null =>
  metrics.find((metric) => metric.id === id && metric.phase !== 'base')?.value ?? null;

/** 1 + rows with a better value. */
const ranksOf = (rows: readonly LeaderboardRow[], metric: MetricDescriptor): readonly number[] => {
  const sign = metric.direction === 'higher' ? 1 : -1;
  const values = rows.map((row) => sign * valueOfMetric(row, metric)!);
  return values.map((value) => 1 + values.filter((other) => other > value).length);
};

/** By the id of a row, on either split; `reference`: the hash of the split that everybody can draw. */
export const splitRanks = (
  rows: readonly LeaderboardRow[],
  reference: string,
  metric: MetricDescriptor,
): ReadonlyMap<string, SplitRank> => {
  const ranked = rows.filter(
    (row) => row.provenance !== 'reported' && row.rank !== null && valueOfMetric(row, metric) !== null,
  );
  const found = new Map<string, SplitRank>();
  for (const kind of new Set(ranked.map(kindOf))) {
    const own = ranked.filter((row) => kindOf(row) === kind);
    const couples = own
      .filter(({ splitHash }) => splitHash === reference)
      .flatMap((shown) => {
        const hidden = own.find((row) => row.splitHash !== reference && recipeOf(row) === recipeOf(shown));
        return hidden ? [{ shown, hidden }] : [];
      });
    const shownRanks = ranksOf(
      couples.map(({ shown }) => shown),
      metric,
    );
    const hiddenRanks = ranksOf(
      couples.map(({ hidden }) => hidden),
      metric,
    );
    for (const [i, { shown, hidden }] of couples.entries()) {
      const ranks = { shown: shownRanks[i]!, hidden: hiddenRanks[i]!, of: couples.length };
      found.set(shown.id, { row: hidden.id, ...ranks });
      found.set(hidden.id, { row: shown.id, ...ranks });
    }
  }
  return found;
};
