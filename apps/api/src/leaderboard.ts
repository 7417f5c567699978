/**
 * The rows of a board: runs from the database, results that come with the project and numbers that papers print,
 * aggregated by `stats` and remembered until something new is measured.
 */
import type { BoardDescription } from '@topiary/contracts';
import type { BaseModel, BoardActivity } from '@topiary/db';
import { type LeaderboardRow, leaderboard, type RunRecord } from '@topiary/stats';
import { addressOf, trackOf } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { recordsOf } from './run-records.js';

/** What all runs of a board come to. */
export interface Standings {
  /** In the order of their ranks. */
  readonly rows: readonly LeaderboardRow[];
  /** What the newest run on this server measured of the base model, and on which test split. */
  readonly base: { readonly splitHash: string; readonly metrics: BaseModel['metrics'] } | null;
}
const memory = new WeakMap<object, Map<string, Standings & { readonly version: string }>>();

const isLocal = ({ provenance }: RunRecord): boolean => provenance === 'measured' || provenance === 'reproduced';

const baseOf = (newest: RunRecord | undefined): Standings['base'] =>
  newest
    ? {
        splitHash: newest.splitHash,
        metrics: newest.metrics.flatMap(({ id, phase, value, n }) =>
          phase === 'base' && n !== null ? [{ id, value, n }] : [],
        ),
      }
    : null;

const compute = async (context: ApiContext, board: BoardDescription): Promise<Standings> => {
  const records = await recordsOf(context, board);
  const runs = await Promise.all(records.map(async ({ run, correct }) => ({ ...run, correct: await correct() })));
  const { metrics, phases, controls, apart } = trackOf(board);
  const rules = { metrics, phases: phases.map(({ id }) => id), control: controls[0] ?? null, apart };
  return { rows: leaderboard(runs, rules), base: baseOf(runs.filter(isLocal).at(-1)) };
};

/** `activity` of the board, where it is known already; absent where nothing was run. */
export const standingsOf = async (
  context: ApiContext,
  board: BoardDescription,
  activity: BoardActivity | undefined,
): Promise<Standings> => {
  const known = memory.get(context.db) ?? new Map<string, Standings & { readonly version: string }>();
  memory.set(context.db, known);
  const version = activity?.version ?? 'nothing was run';
  const remembered = known.get(addressOf(board));
  if (remembered?.version === version) return remembered;
  const computed = { version, ...(await compute(context, board)) };
  known.set(addressOf(board), computed);
  return computed;
};

/** All rows of a board in the order of their ranks. */
export const boardRows = async (context: ApiContext, board: BoardDescription): Promise<readonly LeaderboardRow[]> => {
  const [activity] = await context.db.boards.activity(board.id);
  return (await standingsOf(context, board, activity)).rows;
};
