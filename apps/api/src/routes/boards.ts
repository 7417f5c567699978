/** Boards and their leaderboards. A leaderboard carries an ETag, so asking again costs nothing. */
import { Board, Comparison, ComparisonQuery, Leaderboard, LeaderboardQuery, listOf } from '@topiary/contracts';
import { z } from 'zod';
import { boardView, boardViews } from '../boards.js';
import { comparison } from '../comparison.js';
import type { Route } from '../context.js';
import { pageBytes, sendPage } from '../leaderboard-bytes.js';

const Params = z.object({ board: z.string() });

export const boards: Route = (app, context) => {
  app.get(
    '/api/v1/boards',
    {
      schema: {
        operationId: 'listBoards',
        summary: 'Boards',
        description:
          'Every board: track, model, data set, base numbers, targets, and whether it takes submissions here.',
        tags: ['boards'],
        response: { 200: listOf(Board) },
      },
    },
    async () => ({
      items: await boardViews(context),
      nextCursor: null,
    }),
  );

  app.get(
    '/api/v1/boards/:board',
    {
      schema: {
        operationId: 'getBoard',
        summary: 'A board',
        description:
          'One board by its id. `<id>@<version>` is an earlier version of its protocol, which stays readable.',
        tags: ['boards'],
        params: Params,
        response: { 200: Board },
      },
    },
    ({ params }) => boardView(context, params.board),
  );

  app.get(
    '/api/v1/boards/:board/leaderboard',
    {
      schema: {
        operationId: 'getLeaderboard',
        summary: 'Leaderboard',
        description:
          'The ranked rows of a board at a target. `format=csv` and `format=parquet` give every row as a table. Answers carry an ETag: asking again with If-None-Match costs nothing.',
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
    {
      schema: {
        operationId: 'compareRows',
        summary: 'Compare rows',
        description:
          'Rows of one board pair by pair: the difference of their metric, its interval, and the paired test.',
        tags: ['boards'],
        params: Params,
        querystring: ComparisonQuery,
        response: { 200: Comparison },
      },
    },
    ({ params, query }) => comparison(context, params.board, query.rows),
  );
};
