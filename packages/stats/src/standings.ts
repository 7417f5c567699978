/**
 * Who does well everywhere: the mean rank of each method with the places it rests on. The network is the unit: its targets
 * share weights and data, so their ranks become one mean, and networks count alike however many targets they have.
 */
import { mean } from './descriptive.js';
import { groupBy } from './group-by.js';
import { meanRanks, type Ranking } from './orderings.js';

export interface BoardRanking extends Ranking {
  readonly board: string;
  readonly target: string;
}

export interface Standing {
  readonly method: string;
  /** Mean over boards of the mean over a board's rankings; rows of one score share the mean of their places. */
  readonly rank: number;
  readonly boards: number;
  readonly places: readonly {
    readonly board: string;
    readonly target: string;
    readonly rank: number;
    /** Rows in that ranking. */
    readonly of: number;
  }[];
}

/** Over boards, of the mean over what each of them has: a board is one network on one data set. */
export const meanOverBoards = <T extends { readonly board: string }>(
  items: readonly T[],
  numberOf: (item: T) => number,
): number => mean(groupBy(items, ({ board }) => board).map((own) => mean(own.map(numberOf))));

/** Best mean rank first; of equal ones the method that more rankings hold. A ranking of one or two rows says little. */
export const standings = (all: readonly BoardRanking[], least = 3): Standing[] => {
  const rankings = all.filter(({ rows }) => rows.length >= least);
  const single = rankings.map((ranking) => ({ ...ranking, ranks: meanRanks([ranking]) }));
  return [...meanRanks(rankings).keys()]
    .map((method): Standing => {
      const places = single.flatMap(({ board, target, rows, ranks }) => {
        const place = ranks.get(method);
        return place ? [{ board, target, rank: place.rank, of: rows.length }] : [];
      });
      const rank = meanOverBoards(places, (place) => place.rank);
      return { method, rank, boards: new Set(places.map(({ board }) => board)).size, places };
    })
    .sort((a, b) => a.rank - b.rank || b.places.length - a.places.length || a.method.localeCompare(b.method));
};
