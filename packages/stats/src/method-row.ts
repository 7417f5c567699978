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

type Own = Omit<OwnPart, 'rank'>;

/** Every field of a row's own part; the compiler asks for one that is missing. */
const OWN = Object.keys({
  id: 0,
  tier: 0,
  control: 0,
  aliases: 0,
  provenances: 0,
  ranking: 0,
  provenance: 0,
  division: 0,
  submission: 0,
  submitter: 0,
  openDisputes: 0,
  label: 0,
  recipe: 0,
  target: 0,
  achieved: 0,
  flags: 0,
  params: 0,
  macs: 0,
  costs: 0,
  latency: 0,
  machine: 0,
  seeds: 0,
  splitHash: 0,
  seconds: 0,
  stepSeconds: 0,
  epochSeconds: 0,
  source: 0,
  note: 0,
  at: 0,
} satisfies Record<keyof Own, 0>) as readonly (keyof Own)[];

/** What `MethodRow` has beside what is written in it: a getter for each field of its own part. */
const OwnFields = class {} as unknown as new () => Own;

/**
 * All versions of a row share its own part: a board of 50,000 rows makes all of them anew when its best row is a new one, and
 * copies of thirty fields would be most of what that takes.
 */
export class MethodRow extends OwnFields implements LeaderboardRow {
  readonly #method: MethodOfRow;
  readonly rank: number | null;

  constructor(method: MethodOfRow, rank: number | null) {
    super();
    this.#method = method;
    this.rank = rank;
  }

  ownField<Name extends keyof Own>(name: Name): Own[Name] {
    return this.#method.own[name];
  }

  withRank(rank: number | null): MethodRow {
    return new MethodRow(this.#method, rank);
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

for (const name of OWN) {
  const get = function get(this: MethodRow) {
    return this.ownField(name);
  };
  Object.defineProperty(MethodRow.prototype, name, { get });
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

const FIELDS = ['rank', ...OWN, ...DRAWN] as const;

/** A row as plain data, with everything that is read of it. */
export const wholeRow = (row: LeaderboardRow): LeaderboardRow =>
  row instanceof MethodRow
    ? (Object.fromEntries(FIELDS.map((name) => [name, row[name]])) as unknown as LeaderboardRow)
    : row;
