/** What the kinds of submission have in common on their way to becoming runs. */
import type { BoardDescription, Target, Verdict } from '@topiary/contracts';
import { parseTarget } from '@topiary/contracts';
import { type ErrorCode, TopiaryError } from '@topiary/errors';
import { resolveBoard } from '@topiary/tracks/catalogue';
import { closedBecause } from '../boards.js';
import type { ApiContext } from '../context.js';

export { CAPABILITY } from '../import.js';

export const targetsOf = (labels: readonly string[], axis: string): Target[] => {
  const targets = labels.map((label, i) => {
    try {
      return parseTarget(label, axis);
    } catch {
      throw new TopiaryError('TOPIARY_PRUNING_IMPOSSIBLE_TARGET', {
        where: `targets.${i}`,
        expected: 'a speed-up above 1x and at most 10x',
        got: label,
      });
    }
  });
  return [...new Map(targets.map((target) => [target.label, target])).values()];
};

/** The board, if it takes submissions here. */
export const openBoard = async (context: ApiContext, id: string): Promise<BoardDescription> => {
  const board = await resolveBoard(context.db.boards, id);
  const got = await closedBecause(context, board);
  if (got === null) return board;
  throw new TopiaryError('TOPIARY_TRACKS_BOARD_CLOSED', { where: board.id, expected: 'an open board', got });
};

/** A local path of a file that this person has sent. */
export const storedFile = async (
  { db, storage }: ApiContext,
  person: string,
  where: string,
  sha256: string,
): Promise<string> => {
  const sent = await db.uploads.hasShown({ sha256, person });
  if (sent && (await storage.stat(sha256)) !== null) return storage.path(sha256);
  const expected = 'the sha256 of a file that you uploaded (POST /api/v1/uploads)';
  throw new TopiaryError('TOPIARY_STORAGE_NOT_FOUND', { where, expected, got: sha256 });
};

/** Refuses a file in the words of its first fault. */
export const refuseFaults = (file: string, { faults }: Verdict): void => {
  const [first] = faults;
  if (first === undefined) return;
  const { code, where, expected, got } = first;
  throw new TopiaryError(code as ErrorCode, { where: `${file}, ${where}`, expected, got });
};
