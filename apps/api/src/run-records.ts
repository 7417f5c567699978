/** What a board's rows are made of: runs of this server, results that come with the project, numbers that papers print. */
import type { BoardDescription, ShippedRun } from '@topiary/contracts';
import { type Correct, type RunRecord, unpackBits } from '@topiary/stats';
import { countsOn, reportedOn, shippedOn, shippedResultsFolder } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { correctOf } from './correct.js';

export interface Recorded {
  readonly run: RunRecord;
  /** Which test examples the run answered correctly; null where that is not known. */
  correct(): Promise<Correct | null>;
}

const unknown = async (): Promise<null> => null;

const fromShipped = (shipped: ShippedRun, i: number): Recorded => {
  const { correct, at, machine, seconds, costs, axes, ...rest } = shipped;
  const n = shipped.metrics.find(({ phase }) => phase !== 'base')?.n;
  const run: RunRecord = {
    ...rest,
    ...(costs ? { costs } : {}),
    ...(axes ? { axes } : {}),
    run: `${shipped.board}/${i}`,
    submission: null,
    provenance: 'shipped',
    machine: machine.fingerprint,
    seconds: Object.values(seconds).reduce((sum, part) => sum + part, 0),
    finishedAt: at,
  };
  return {
    run,
    correct: async () => (correct === null || n === undefined ? null : unpackBits(Buffer.from(correct, 'base64'), n)),
  };
};

/** Local runs come first, oldest first. */
export const recordsOf = async (
  { db, storage, projectDir }: ApiContext,
  board: BoardDescription,
): Promise<Recorded[]> => {
  const { id } = board;
  const all = [
    ...(await db.boards.rows(id)).map((run) => ({ run, correct: () => correctOf(storage, run) })),
    ...shippedOn(shippedResultsFolder(projectDir), id).map(fromShipped),
  ].filter(({ run }) => countsOn(board, run.protocol));
  return [...all, ...reportedOn(id).map((run) => ({ run, correct: unknown }))];
};
