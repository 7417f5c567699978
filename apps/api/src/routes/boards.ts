/** Boards and their leaderboards. A leaderboard carries an ETag, so asking again costs nothing. */
import { Board, Comparison, ComparisonQuery, Leaderboard, LeaderboardQuery, listOf } from '@topiary/contracts';
import { z } from 'zod';
import { boardView, boardViews } from '../boards.js';
import { comparison } from '../comparison.js';
import type { Route } from '../context.js';
import { pageBytes, sendPage } from '../leaderboard-bytes.js';

const Params = z.object({ board: z.string() });

export const boards: Route = (app, context) => {
  app.get('/api/v1/boards', { schema: { tags: ['boards'], response: { 200: listOf(Board) } } }, async () => ({
    items: await boardViews(context),
    nextCursor: null,
  }));

  app.get(
    '/api/v1/boards/:board',
    { schema: { tags: ['boards'], params: Params, response: { 200: Board } } },
    ({ params }) => boardView(context, params.board),
  );

  app.get(
    '/api/v1/boards/:board/leaderboard',
    {
      schema: {
        tags: ['boards'],
        params: Params,
        querystring: LeaderboardQuery,
        response: { 200: Leaderboard, 304: z.undefined() },
      },
      config: { compress: false },
    },
    async (request, reply) => {
      const page = await pageBytes(context, request.params.board, request.url, request.query);
      return (await sendPage(request, reply, page)) as never;
    },
  );

  app.get(
    '/api/v1/boards/:board/compare',
    { schema: { tags: ['boards'], params: Params, querystring: ComparisonQuery, response: { 200: Comparison } } },
    ({ params, query }) => comparison(context, params.board, query.rows),
  );
};
