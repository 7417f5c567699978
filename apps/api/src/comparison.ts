/** Rows of one board side by side, with the paired tests that the stored answers allow. */
import type { Comparison, Row } from '@topiary/contracts';
import { type Answers, type Correct, comparePairs, type LeaderboardRow, rowIdOf } from '@topiary/stats';
import { resolveBoard } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { correctOf } from './correct.js';
import { boardRows } from './leaderboard.js';

/** The answers of a row's runs, one per seed; null unless every seed has its record. */
const answersOf = async ({ db, storage }: ApiContext, board: string, row: LeaderboardRow): Promise<Answers> => {
  const runs = (await db.boards.rows(board, row.target.label)).filter((run) => rowIdOf(run) === row.id);
  const bySeed = new Map<number, Correct | null>();
  for (const run of runs.sort((a, b) => a.finishedAt.localeCompare(b.finishedAt))) {
    if (!bySeed.has(run.seed)) bySeed.set(run.seed, await correctOf(storage, run));
  }
  const correct = row.seeds.map((seed) => bySeed.get(seed)).filter((one) => one !== null && one !== undefined);
  return { id: row.id, correct: correct.length > 0 && correct.length === row.seeds.length ? correct : null };
};

export const comparison = async (context: ApiContext, boardId: string, ids: readonly string[]): Promise<Comparison> => {
  const board = await resolveBoard(context.db.boards, boardId);
  const all = await boardRows(context, board);
  const rows = ids.flatMap((id) => all.find((row) => row.id === id) ?? []);
  const answers: Answers[] = [];
  for (const row of rows) answers.push(await answersOf(context, boardId, row));
  return {
    rows: rows as Row[],
    missing: ids.filter((id) => !rows.some((row) => row.id === id)),
    pairs: comparePairs(answers),
  };
};
