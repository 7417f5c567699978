/**
 * What was worked out of a board's rows, kept for the next time: a new result then costs its own row and a ranking.
 * Everything is keyed by the objects that it follows from, so that what is kept is never wrong: whoever reads a run again
 * hands over the same object while nothing about it has changed.
 */
import type { Draft } from './draft.js';
import type { DrawnRanking } from './drawn-ranking.js';
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

interface KnownRanking {
  readonly drafts: readonly Draft[];
  readonly others: readonly Draft[];
  readonly ranking: DrawnRanking;
}

interface KnownDrawnRow {
  readonly basis: readonly unknown[];
  readonly row: LeaderboardRow;
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
  readonly #rankings = new WeakMap<Draft, KnownRanking>();
  readonly #bases = new Map<string, readonly unknown[]>();
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

  /** Of the rows that it holds and those that it learns from. */
  ranking(drafts: readonly Draft[], others: readonly Draft[], make: () => DrawnRanking): DrawnRanking {
    const known = this.#rankings.get(drafts[0]!);
    if (known && isSame(known.drafts, drafts) && isSame(known.others, others)) return known.ranking;
    const ranking = make();
    this.#rankings.set(drafts[0]!, { drafts, others, ranking });
    return ranking;
  }

  /** The same object as last time where all of its parts are the same; of the ranking with this text. */
  basis(name: string, { basis }: DrawnRanking): readonly unknown[] {
    const known = this.#bases.get(name);
    if (known && isSame(known, basis)) return known;
    this.#bases.set(name, basis);
    return basis;
  }

  /** Follows from its runs and from the ranking's `basis`. */
  drawnRow(draft: Draft, basis: readonly unknown[], make: () => LeaderboardRow): LeaderboardRow {
    const known = this.#drawnRows.get(draft);
    if (known && known.basis === basis) return known.row;
    const row = make();
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
