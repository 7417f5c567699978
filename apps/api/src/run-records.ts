/**
 * What a board's rows are made of: runs of this server, results that come with the project, numbers that papers print. A
 * run stays the same object while nothing about it changes, so that what was worked out of it can be kept.
 */
import { statSync } from 'node:fs';
import type { BoardDescription, ShippedRun } from '@topiary/contracts';
import { filterSteps, type RunRecord, unpackBits, unpackNumbers } from '@topiary/stats';
import { countedOn, reportedOn, shippedOn, shippedResultsFile, shippedResultsFolder } from '@topiary/tracks/catalogue';
import { BoardRuns, withCorrect } from './board-runs.js';
import type { BoardContext } from './context.js';
import { inSlices } from './slices.js';

/** Of a run that comes with the project; `i`: its place in the file. */
export const shippedId = (board: string, i: number): string => `${board}/${i}`;

/** A run that comes with the project, as rows are made of it; `i`: its place in the file. */
export const fromShipped = (shipped: ShippedRun, i: number): RunRecord => {
  const { correct, answers, at, machine, seconds, costs, axes, ...rest } = shipped;
  const n = shipped.metrics.find(({ phase }) => phase !== 'base')?.n;
  return {
    ...rest,
    ...(costs ? { costs } : {}),
    ...(axes ? { axes } : {}),
    run: shippedId(shipped.board, i),
    submission: null,
    provenance: 'shipped',
    machine: machine.fingerprint,
    seconds: Object.values(seconds).reduce((sum, part) => sum + part, 0),
    finishedAt: at,
    correct: correct === null || n === undefined ? null : unpackBits(Buffer.from(correct, 'base64'), n),
    answers: answers ? unpackNumbers(Buffer.from(answers, 'base64')) : null,
  };
};

/** One value by a name, made again when `version` is another. */
class Kept<T> {
  readonly #values = new Map<string, { readonly version: number; readonly value: T }>();

  of(name: string, version: number, make: () => T): T {
    const known = this.#values.get(name);
    if (known?.version === version) return known.value;
    const value = make();
    this.#values.set(name, { version, value });
    return value;
  }
}

interface Shipped {
  readonly runs: readonly ShippedRun[];
  readonly records: readonly RunRecord[];
}

const shipped = new Kept<Shipped>();
const shippedWith = (folder: string, board: string): Shipped => {
  const file = shippedResultsFile(folder, board);
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return shipped.of(file, written, () => {
    const runs = shippedOn(folder, board);
    return { runs, records: runs.map(fromShipped) };
  });
};

/** Runs that come with the project, as they are written down. */
export const shippedRuns = ({ projectDir }: Pick<BoardContext, 'projectDir'>, board: string): readonly ShippedRun[] =>
  shippedWith(shippedResultsFolder(projectDir), board).runs;

const reported = new Kept<readonly RunRecord[]>();
const reportedRuns = (board: string): readonly RunRecord[] => reported.of(board, 0, () => reportedOn(board));

const local = new WeakMap<object, BoardRuns>();
const localRuns = ({ db, storage }: BoardContext, board: string): Promise<readonly RunRecord[]> => {
  const known = local.get(db) ?? new BoardRuns({ db, storage });
  local.set(db, known);
  return known.of(board);
};

const pastRuns = async ({ db, storage }: BoardContext, board: string, asOf: Date): Promise<readonly RunRecord[]> =>
  withCorrect(storage, await db.boards.rowsAsOf(board, asOf));

const isBefore = (at: string | null, asOf: Date): boolean => at !== null && new Date(at) <= asOf;

/** Local runs come first, oldest first. `asOf`: those that the board showed then. */
export const recordsOf = async (
  context: BoardContext,
  board: BoardDescription,
  asOf: Date | null = null,
): Promise<RunRecord[]> => {
  const { id } = board;
  const folder = shippedResultsFolder(context.projectDir);
  const local = asOf ? await pastRuns(context, id, asOf) : await localRuns(context, id);
  const all = [
    ...local,
    ...shippedWith(folder, id).records.filter(({ finishedAt }) => !asOf || isBefore(finishedAt, asOf)),
  ];
  const isCounted = countedOn(board);
  return [...(await inSlices(filterSteps(all, ({ protocol }) => isCounted(protocol)))), ...reportedRuns(id)];
};
