/** One page of a leaderboard: sorted and filtered as the query says. */
import type { Row } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { resolveBoard, trackOf } from '@topiary/tracks/catalogue';
import { boardView } from './boards.js';
import type { ApiContext } from './context.js';
import { boardRows } from './leaderboard.js';
import { matchesQuery, type Query, sortedRows } from './leaderboard-query.js';

/** One page. The cursor is the id of the last row of the page before. */
export const leaderboardPage = async (context: ApiContext, id: string, query: Query) => {
  const board = await resolveBoard(context.db.boards, id);
  const target = query.target === undefined ? null : board.targets.find(({ label }) => label === query.target);
  if (target === undefined) {
    throw new TopiaryError('TOPIARY_API_VALIDATION', {
      where: 'target',
      expected: board.targets.map(({ label }) => label).join(', '),
      got: query.target!,
    });
  }
  const all = await boardRows(context, board, target?.label);
  const rows = sortedRows(
    all,
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
