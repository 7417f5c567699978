/** Boards and their leaderboards. A leaderboard carries an ETag, so asking again costs nothing. */
import { createHash } from 'node:crypto';
import { Board, Comparison, ComparisonQuery, Leaderboard, LeaderboardQuery, listOf } from '@topiary/contracts';
import { z } from 'zod';
import { boardView, boardViews } from '../boards.js';
import { comparison } from '../comparison.js';
import type { Route } from '../context.js';
import { toCsv } from '../csv.js';
import { leaderboardPage } from '../leaderboard-page.js';

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
    },
    async (request, reply) => {
      const page = await leaderboardPage(context, request.params.board, request.query);
      const body = request.query.format === 'csv' ? toCsv(page.rows) : page;
      const etag = `W/"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)}"`;
      reply.header('etag', etag).header('cache-control', 'no-cache');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send() as never;
      if (typeof body !== 'string') return body;
      const name = `${request.params.board}${request.query.target ? `.${request.query.target}` : ''}.csv`;
      reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`);
      return reply.serializer(String).send(body as never) as never;
    },
  );

  app.get(
    '/api/v1/boards/:board/compare',
    { schema: { tags: ['boards'], params: Params, querystring: ComparisonQuery, response: { 200: Comparison } } },
    ({ params, query }) => comparison(context, params.board, query.rows),
  );
};
