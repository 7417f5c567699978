/** One page of a leaderboard: sorted and filtered as the query says. */
import type { LeaderboardQuery, Row } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { LeaderboardRow } from '@topiary/stats';
import { boardOf, trackOf } from '@topiary/tracks/catalogue';
import type { z } from 'zod';
import { boardView } from './boards.js';
import type { ApiContext } from './context.js';
import { boardRows } from './leaderboard.js';

type Query = z.output<typeof LeaderboardQuery>;

const COLUMNS: Record<string, (row: LeaderboardRow) => number | string | null> = {
  rank: (row) => row.rank,
  params: (row) => row.params.left,
  macs: (row) => row.macs.published.left,
  latency: (row) => row.latency?.p50Ms ?? null,
  seconds: (row) => row.seconds,
  at: (row) => row.at,
};

/** Missing values come last, whichever way the column is sorted. */
const sorted = (
  rows: readonly LeaderboardRow[],
  sort: string | undefined,
  metricIds: readonly string[],
): LeaderboardRow[] => {
  if (sort === undefined) return [...rows];
  const down = sort.startsWith('-');
  const name = down ? sort.slice(1) : sort;
  const column = metricIds.includes(name)
    ? (row: LeaderboardRow) => row.metrics.find((m) => m.id === name && m.phase !== 'base')?.value ?? null
    : COLUMNS[name];
  if (!column) {
    throw new TopiaryError('TOPIARY_API_VALIDATION', {
      where: 'sort',
      expected: [...metricIds, ...Object.keys(COLUMNS)].join(', '),
      got: sort,
    });
  }
  return [...rows].sort((a, b) => {
    const [p, q] = [column(a), column(b)];
    if (p === null || q === null) return Number(p === null) - Number(q === null);
    const order = p < q ? -1 : p > q ? 1 : 0;
    return down ? -order : order;
  });
};

const matches = (row: LeaderboardRow, { provenance, division, method }: Query): boolean =>
  (provenance === undefined || row.provenance === provenance) &&
  (division === undefined || row.division === division) &&
  (method === undefined ||
    [row.recipe['criterion'], row.recipe['regularizer'], row.recipe['procedure']].includes(method));

/** One page. The cursor is the id of the last row of the page before. */
export const leaderboardPage = async (context: ApiContext, id: string, query: Query) => {
  const board = boardOf(id);
  const target = query.target === undefined ? null : board.targets.find(({ label }) => label === query.target);
  if (target === undefined) {
    throw new TopiaryError('TOPIARY_API_VALIDATION', {
      where: 'target',
      expected: board.targets.map(({ label }) => label).join(', '),
      got: query.target!,
    });
  }
  const all = await boardRows(context, board, target?.label);
  const rows = sorted(
    all,
    query.sort,
    trackOf(board).metrics.map((m) => m.id),
  ).filter((row) => matches(row, query));
  const from = query.cursor === undefined ? 0 : rows.findIndex((row) => row.id === query.cursor) + 1;
  const page = rows.slice(from, from + query.limit);
  const more = from + query.limit < rows.length;
  return {
    board: await boardView(context, board.id),
    target,
    rows: page as Row[],
    nextCursor: more ? (page.at(-1)?.id ?? null) : null,
  };
};
