/** The rows of a board: runs from the database, aggregated by `stats`, remembered until something new is measured. */
import type { BoardDescription } from '@topiary/contracts';
import { type LeaderboardRow, leaderboard } from '@topiary/stats';
import { trackOf } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';

interface Remembered {
  readonly version: string;
  readonly rows: readonly LeaderboardRow[];
}
const memory = new WeakMap<object, Map<string, Remembered>>();

/** All rows of a board in the order of their ranks. */
export const boardRows = async (
  { db }: ApiContext,
  board: BoardDescription,
  target?: string,
): Promise<readonly LeaderboardRow[]> => {
  const known = memory.get(db) ?? new Map<string, Remembered>();
  memory.set(db, known);
  const [activity] = await db.boards.activity(board.id);
  if (!activity) return [];
  let remembered = known.get(board.id);
  if (remembered?.version !== activity.version) {
    const runs = await db.boards.rows(board.id);
    remembered = { version: activity.version, rows: leaderboard(runs, { metrics: trackOf(board).metrics }) };
    known.set(board.id, remembered);
  }
  return target === undefined ? remembered.rows : remembered.rows.filter((row) => row.target.label === target);
};
