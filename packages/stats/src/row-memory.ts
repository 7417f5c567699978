/**
 * What was worked out of a board's rows, kept for the next time: a new result then costs its own row and a ranking.
 * Everything is keyed by the objects that it follows from, so that what is kept is never wrong: whoever reads a run again
 * hands over the same object while nothing about it has changed.
 */
import type { Draft } from './draft.js';
import type { DrawnRanking } from './drawn-ranking.js';
import type { Arranged, Ranked } from './leaderboard.js';
import type { MethodRow } from './method-row.js';
import type { Family } from './places.js';
import type { LeaderboardRow } from './row.js';
import type { RunRecord } from './run-record.js';

interface KnownDraft {
  readonly runs: readonly RunRecord[];
  readonly draft: Draft;
}

interface KnownRow {
  readonly control: Draft | null;
  readonly row: LeaderboardRow;
}

interface KnownGroup {
  readonly drafts: readonly Draft[];
  readonly others: readonly Draft[];
  readonly ranked: Ranked;
}

interface KnownArranged {
  readonly drafts: readonly Draft[];
  readonly arranged: Arranged;
}

interface KnownFamily {
  readonly parts: readonly unknown[];
  readonly kept: { family: Family | null };
}

interface KnownDrawnRow {
  readonly basis: DrawnRanking;
  readonly row: MethodRow;
}

interface KnownPair {
  readonly below: Draft;
  readonly alike: boolean;
}

const isSame = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((run, i) => run === b[i]);

/** Of one board, under one set of rules. */
export class RowMemory {
  readonly #keys = new WeakMap<RunRecord, string>();
  readonly #drafts = new WeakMap<RunRecord, KnownDraft>();
  readonly #rows = new WeakMap<Draft, KnownRow>();
  readonly #groups = new WeakMap<Draft, KnownGroup>();
  readonly #arranged = new WeakMap<Draft, KnownArranged>();
  readonly #families = new Map<string, KnownFamily>();
  readonly #bases = new Map<string, DrawnRanking>();
  readonly #drawnRows = new WeakMap<Draft, KnownDrawnRow>();
  readonly #pairs = new WeakMap<Draft, KnownPair>();

  /** Which row a run belongs to. */
  key(run: RunRecord, make: () => string): string {
    const known = this.#keys.get(run);
    if (known !== undefined) return known;
    const key = make();
    this.#keys.set(run, key);
    return key;
  }

  draft(runs: readonly RunRecord[], make: () => Draft): Draft {
    const known = this.#drafts.get(runs[0]!);
    if (known && isSame(known.runs, runs)) return known.draft;
    const draft = make();
    this.#drafts.set(runs[0]!, { runs, draft });
    return draft;
  }

  row(draft: Draft, control: Draft | null, make: () => LeaderboardRow): LeaderboardRow {
    const known = this.#rows.get(draft);
    if (known && known.control === control) return known.row;
    const row = make();
    this.#rows.set(draft, { control, row });
    return row;
  }

  /** A ranking of the rows that it holds and those that it learns from. */
  group(drafts: readonly Draft[], others: readonly Draft[]): Ranked | null {
    const known = this.#groups.get(drafts[0]!);
    return known && isSame(known.drafts, drafts) && isSame(known.others, others) ? known.ranked : null;
  }

  keepGroup(drafts: readonly Draft[], others: readonly Draft[], ranked: Ranked): void {
    this.#groups.set(drafts[0]!, { drafts, others, ranked });
  }

  /** The order of these rows. */
  arranged(drafts: readonly Draft[]): Arranged | null {
    const known = this.#arranged.get(drafts[0]!);
    return known && isSame(known.drafts, drafts) ? known.arranged : null;
  }

  keepArranged(drafts: readonly Draft[], arranged: Arranged): void {
    this.#arranged.set(drafts[0]!, { drafts, arranged });
  }

  /** Where the places of a family are kept that follow from these parts; of the ranking with this text. */
  family(name: string, parts: readonly unknown[]): { family: Family | null } {
    const known = this.#families.get(name);
    if (known && isSame(known.parts, parts)) return known.kept;
    const kept = { family: null };
    this.#families.set(name, { parts, kept });
    return kept;
  }

  /**
   * The ranking of last time where all parts of its basis are the same, of the ranking with this text: what rows follow from.
   * Rows work things out later and hold on to it; each of them holding one of its own would fill the memory.
   */
  basis(name: string, ranking: DrawnRanking): DrawnRanking {
    const known = this.#bases.get(name);
    if (known && isSame(known.basis, ranking.basis)) return known;
    this.#bases.set(name, ranking);
    return ranking;
  }

  /** Follows from its runs, from what the ranking's rows follow from and its rank: the same object as last time where all are the same. */
  drawnRow(draft: Draft, basis: DrawnRanking, rank: number | null, make: () => MethodRow): MethodRow {
    const known = this.#drawnRows.get(draft);
    if (known && known.basis === basis && known.row.rank === rank) return known.row;
    const row = known && known.basis === basis ? known.row.withRank(rank) : make();
    this.#drawnRows.set(draft, { basis, row });
    return row;
  }

  /** Of two rows that follow each other. */
  alike(above: Draft, below: Draft, make: () => boolean): boolean {
    const known = this.#pairs.get(above);
    if (known && known.below === below) return known.alike;
    const alike = make();
    this.#pairs.set(above, { below, alike });
    return alike;
  }
}
