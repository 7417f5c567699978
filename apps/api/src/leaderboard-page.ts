/** One page of a leaderboard: sorted and filtered as the query says. */
import type { BoardDescription, Row, Target } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { LeaderboardRow } from '@topiary/stats';
import { resolveBoard, trackOf } from '@topiary/tracks/catalogue';
import { boardView } from './boards.js';
import type { ApiContext } from './context.js';
import { boardRows } from './leaderboard.js';
import { matchesQuery, type Query, sortedRows } from './leaderboard-query.js';

/** A target that the board asks for, or one that some row has. */
const targetOf = (board: BoardDescription, rows: readonly LeaderboardRow[], label: string): Target => {
  const targets = [...board.targets, ...rows.map((row) => row.target)];
  const found = targets.find((target) => target.label === label);
  if (found) return found;
  throw new TopiaryError('TOPIARY_API_VALIDATION', {
    where: 'target',
    expected: [...new Set(targets.map((target) => target.label))].join(', '),
    got: label,
  });
};

/** One page. The cursor is the id of the last row of the page before. */
export const leaderboardPage = async (context: ApiContext, id: string, query: Query) => {
  const board = await resolveBoard(context.db.boards, id);
  const all = await boardRows(context, board);
  const target = query.target === undefined ? null : targetOf(board, all, query.target);
  const rows = sortedRows(
    target === null ? all : all.filter((row) => row.target.label === target.label),
    query.sort,
    trackOf(board).metrics.map((m) => m.id),
  ).filter((row) => matchesQuery(row, query));
  const from = query.cursor === undefined ? 0 : rows.findIndex((row) => row.id === query.cursor) + 1;
  const limit = query.limit ?? (query.format === 'csv' ? rows.length : 50);
  const page = rows.slice(from, from + limit);
  const more = from + limit < rows.length;
  return {
    board: await boardView(context, board.id),
    target,
    rows: page as Row[],
    nextCursor: more ? (page.at(-1)?.id ?? null) : null,
  };
};
