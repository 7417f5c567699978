/**
 * The runs of this server on a board, with their answers, as they were read last: of a board that has changed only what
 * is new is read. A run about which nothing has changed stays the same object, which is what a `RowMemory` goes by.
 */
import { setImmediate as others } from 'node:timers/promises';
import type { Database, LeaderboardSource, SourceStamp } from '@topiary/db';
import { type RunRecord, type Steps, unpackBits, unpackNumbers } from '@topiary/stats';
import type { Storage } from '@topiary/storage';
import { SharedParts } from './shared-parts.js';
import { inSlices } from './slices.js';

/** Runs read from the database at once, and files from the storage. */
const BATCH = 500;
const FILES = 16;
/** Runs looked at without a pause, a few milliseconds. */
const PER_PAUSE = 5_000;

interface Known {
  readonly stamp: string;
  readonly run: RunRecord;
}

/** A piece of a text keeps all of it in memory; stamps are pieces of texts of a thousand lines, with every result anew. */
const copyOf = (piece: string): string => Buffer.from(piece).toString();

type Parts = { readonly db: Pick<Database, 'boards'>; readonly storage: Storage };

/**
 * Which test examples a run answered correctly. The bits stay on the server (published, they would leak the test split);
 * only tests and intervals that follow from them leave it. Null where a run stored none, or its file is gone.
 */
const correctOf = async (storage: Storage, { correctSha256, metrics }: LeaderboardSource) => {
  const n = metrics.find(({ phase }) => phase !== 'base')?.n;
  if (correctSha256 === null || n === undefined || (await storage.stat(correctSha256)) === null) return null;
  return unpackBits(await storage.read(correctSha256), n);
};

/** Numbers instead of bits: of a metric of the whole set, its values on the task's resamples. As private. */
const answersOf = async (storage: Storage, { answersSha256 }: LeaderboardSource): Promise<Float32Array | null> => {
  if (answersSha256 === null || (await storage.stat(answersSha256)) === null) return null;
  return unpackNumbers(await storage.read(answersSha256));
};

export const withCorrect = async (storage: Storage, sources: readonly LeaderboardSource[]): Promise<RunRecord[]> => {
  const runs: RunRecord[] = [];
  for (let i = 0; i < sources.length; i += FILES) {
    const some = sources.slice(i, i + FILES);
    const read = await Promise.all(
      some.map(async (run) => ({
        ...run,
        correct: await correctOf(storage, run),
        answers: await answersOf(storage, run),
      })),
    );
    runs.push(...read);
  }
  return runs;
};

function* changedSince(before: ReadonlyMap<string, Known>, stamps: readonly SourceStamp[]): Steps<SourceStamp[]> {
  const changed: SourceStamp[] = [];
  for (const [i, stamp] of stamps.entries()) {
    if (i % PER_PAUSE === 0) yield;
    if (before.get(stamp.run)?.stamp !== stamp.stamp) changed.push(stamp);
  }
  return changed;
}

/** All boards of one database. */
export class BoardRuns {
  readonly #parts: Parts;
  readonly #shared = new SharedParts();
  readonly #boards = new Map<string, Map<string, Known>>();
  readonly #reading = new Map<string, Promise<readonly RunRecord[]>>();
  readonly #next = new Map<string, Promise<readonly RunRecord[]>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Oldest first. Who asks while a board is being read may want what came since: all of them wait for one more reading. */
  of(board: string): Promise<readonly RunRecord[]> {
    const under = this.#reading.get(board);
    if (!under) return this.#begin(board);
    const next = this.#next.get(board) ?? under.catch(() => []).then(() => this.#begin(board));
    this.#next.set(board, next);
    return next;
  }

  #begin(board: string): Promise<readonly RunRecord[]> {
    this.#next.delete(board);
    const reading = this.#read(board).finally(() => this.#reading.delete(board));
    this.#reading.set(board, reading);
    return reading;
  }

  async #read(board: string): Promise<readonly RunRecord[]> {
    const { db, storage } = this.#parts;
    const before = this.#boards.get(board) ?? new Map<string, Known>();
    const stamps = await db.boards.stamps(board);
    const now = new Map<string, Known>();
    const changed = await inSlices(changedSince(before, stamps));
    const read = new Map<string, RunRecord>();
    for (let i = 0; i < changed.length; i += BATCH) {
      const sources = await db.boards.rows(
        board,
        changed.slice(i, i + BATCH).map(({ run }) => run),
      );
      const lean = sources.map((source) => this.#shared.partsOf(source));
      for (const run of await withCorrect(storage, lean)) read.set(run.run, run);
    }
    for (const [i, { run: id, stamp }] of stamps.entries()) {
      if (i % PER_PAUSE === PER_PAUSE - 1) await others();
      // What has left since the stamps were taken is gone; what has changed since has another stamp next time.
      const kept = before.get(id);
      const run = read.get(id);
      if (run) now.set(run.run, { stamp: copyOf(stamp), run });
      else if (kept?.stamp === stamp) now.set(kept.run.run, kept);
    }
    this.#boards.set(board, now);
    return Array.from(now.values(), ({ run }) => run);
  }
}
