/** A row that stands for a method; what follows from the rows beside it is worked out when somebody reads it. */
import type { LazyRow, RowKnowledge } from './drawn-row.js';
import type { LeaderboardRow, OwnPart } from './row.js';

/** The same for every version of a row with another rank. */
export interface MethodOfRow {
  readonly own: OwnPart;
  /** The metric that ranks, before anything was done. */
  readonly base: number | null;
  readonly drawn: LazyRow;
}

/**
 * The fields of its own part are its own, too. Copied one by one, so many would make a table of each row, which takes 1.6 KB
 * and is slow to read; a spread keeps what it spreads, a list of values.
 */
const OwnFields = function ownFields(own: OwnPart) {
  return Object.setPrototypeOf({ ...own }, new.target.prototype);
} as unknown as new (
  own: OwnPart,
) => OwnPart;

export class MethodRow extends OwnFields implements LeaderboardRow {
  readonly #method: MethodOfRow;

  constructor(method: MethodOfRow, rank: number | null) {
    super(method.own);
    this.rank = rank;
    this.#method = method;
  }

  withRank(rank: number | null): MethodRow {
    return new MethodRow(this.#method, rank);
  }

  /** The same runs in a ranking that has learned more. */
  drawnAs(drawn: LazyRow, rank: number | null): MethodRow {
    return new MethodRow({ ...this.#method, drawn }, rank);
  }

  get knowledge(): RowKnowledge | null {
    return this.#method.drawn.knowledge;
  }
  get base(): LeaderboardRow['base'] {
    return this.#method.base;
  }
  get place(): LeaderboardRow['place'] {
    return this.#method.drawn.place;
  }
  get metrics(): LeaderboardRow['metrics'] {
    return this.#method.drawn.metrics;
  }
  get aboveRandom(): LeaderboardRow['aboveRandom'] {
    return this.#method.drawn.aboveRandom;
  }
  get byWidths(): LeaderboardRow['byWidths'] {
    return this.#method.drawn.byWidths;
  }
  get widthShare(): LeaderboardRow['widthShare'] {
    return this.#method.drawn.widthShare;
  }
  get reproduced(): LeaderboardRow['reproduced'] {
    return this.#method.drawn.reproduced;
  }
  get contradicted(): LeaderboardRow['contradicted'] {
    return this.#method.drawn.contradicted;
  }
}

/** Null for a row that stands for its own runs. */
export const knowledgeOf = (row: LeaderboardRow): RowKnowledge | null =>
  row instanceof MethodRow ? row.knowledge : null;

const DRAWN = [
  'base',
  'place',
  'metrics',
  'aboveRandom',
  'byWidths',
  'widthShare',
  'reproduced',
  'contradicted',
] as const;

/** A row as plain data, with everything that is read of it. */
export const wholeRow = (row: LeaderboardRow): LeaderboardRow =>
  row instanceof MethodRow
    ? ({
        ...row,
        ...Object.fromEntries(DRAWN.map((name) => [name, row[name]])),
      } as LeaderboardRow)
    : row;
