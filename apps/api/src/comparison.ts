/** Rows of one board side by side, with the paired tests that the stored answers allow. */
import type { Comparison, Row } from '@topiary/contracts';
import { type Answers, type Correct, comparePairs, type LeaderboardRow, type RunRecord, rowIdOf } from '@topiary/stats';
import { resolveBoard } from '@topiary/tracks/catalogue';
import type { ApiContext } from './context.js';
import { boardRows } from './leaderboard.js';
import { recordsOf } from './run-records.js';

/** The answers of a row's runs, one per seed; null unless every seed has its record. */
const answersOf = (records: readonly RunRecord[], row: LeaderboardRow): Answers => {
  const own = records.filter((run) => rowIdOf(run) === row.id);
  const bySeed = new Map<number | null, Correct | null>();
  for (const { seed, correct } of own) if (!bySeed.has(seed)) bySeed.set(seed, correct ?? null);
  const correct = row.seeds.map((seed) => bySeed.get(seed)).filter((one) => one !== null && one !== undefined);
  return { id: row.id, correct: correct.length > 0 && correct.length === row.seeds.length ? correct : null };
};

export const comparison = async (context: ApiContext, boardId: string, ids: readonly string[]): Promise<Comparison> => {
  const board = await resolveBoard(context.db.boards, boardId);
  const [all, records] = await Promise.all([boardRows(context, board), recordsOf(context, board)]);
  const rows = ids.flatMap((id) => all.find((row) => row.id === id) ?? []);
  const answers = rows.map((row) => answersOf(records, row));
  return {
    rows: rows as Row[],
    missing: ids.filter((id) => !rows.some((row) => row.id === id)),
    pairs: comparePairs(answers),
  };
};
