/** Rows of all boards by words, for the search box. */
import { type Board, listOf, type Row, RowHit, RowsQuery } from '@topiary/contracts';
import { addressOf, trackOf } from '@topiary/tracks/catalogue';
import { outcomeText } from '../abroad.js';
import { boardViews } from '../boards.js';
import type { Route } from '../context.js';
import { wholeBoard } from '../leaderboard-page.js';

const textOf = (board: Board, { label, target, source, submitter, provenance }: Row): string =>
  [label, board.title, board.id, target.label, source?.title, submitter?.name, provenance].join(' ').toLowerCase();

const hitOf = (board: Board, row: Row): RowHit => ({
  board: addressOf(board),
  boardTitle: board.title,
  row: row.id,
  label: row.label,
  target: row.target.label,
  provenance: row.provenance,
  outcome: outcomeText(row, trackOf(board).metrics[0]!),
});

export const search: Route = (app, context) => {
  app.get(
    '/api/v1/rows',
    {
      schema: {
        operationId: 'searchRows',
        summary: 'Search rows',
        description: 'Rows of all boards in which every word occurs, board by board, the best first.',
        tags: ['boards'],
        querystring: RowsQuery,
        response: { 200: listOf(RowHit) },
      },
    },
    async ({ query: { q, limit } }) => {
      const words = q.toLowerCase().split(/\s+/).filter(Boolean);
      const items: RowHit[] = [];
      for (const view of await boardViews(context)) {
        const { rows } = await wholeBoard(context, addressOf(view));
        for (const row of rows) {
          if (items.length === limit) return { items, nextCursor: null };
          const text = textOf(view, row);
          if (words.every((word) => text.includes(word))) items.push(hitOf(view, row));
        }
      }
      return { items, nextCursor: null };
    },
  );
};
