/** Who does well everywhere: the mean rank of each method over boards and targets, with the places it rests on. */
import { meanRanks, type Ranking } from './orderings.js';

export interface BoardRanking extends Ranking {
  readonly board: string;
  readonly target: string;
}

export interface Standing {
  readonly method: string;
  /** Mean over the rankings that hold the method; rows of one score share the mean of their places. */
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

/** Best mean rank first; of equal ones the method that more rankings hold. A ranking of one or two rows says little. */
export const standings = (all: readonly BoardRanking[], least = 3): Standing[] => {
  const rankings = all.filter(({ rows }) => rows.length >= least);
  const single = rankings.map((ranking) => ({ ...ranking, ranks: meanRanks([ranking]) }));
  return [...meanRanks(rankings)]
    .map(([method, { rank }]): Standing => {
      const places = single.flatMap(({ board, target, rows, ranks }) => {
        const place = ranks.get(method);
        return place ? [{ board, target, rank: place.rank, of: rows.length }] : [];
      });
      return { method, rank, boards: new Set(places.map(({ board }) => board)).size, places };
    })
    .sort((a, b) => a.rank - b.rank || b.places.length - a.places.length || a.method.localeCompare(b.method));
};
