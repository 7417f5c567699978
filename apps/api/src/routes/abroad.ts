/** What other places show of a board: badges of its rows, and a feed. */
import { TopiaryError } from '@topiary/errors';
import { trackOf } from '@topiary/tracks/catalogue';
import { z } from 'zod';
import { badgeOf, feedOf } from '../abroad.js';
import type { Route } from '../context.js';
import { wholeBoard } from '../leaderboard-page.js';

const Params = z.object({ board: z.string() });

export const abroad: Route = (app, context) => {
  app.get(
    '/api/v1/boards/:board/rows/:row/badge.svg',
    {
      schema: {
        operationId: 'getRowBadge',
        summary: 'Badge of a row',
        description: 'A picture (SVG) with board, target, place and outcome of one row, for a README.',
        tags: ['boards'],
        params: Params.extend({ row: z.string() }),
        response: { 200: z.string() },
      },
      // Made to be shown on other sites.
      helmet: { crossOriginResourcePolicy: { policy: 'cross-origin' } },
    },
    async (request, reply) => {
      const { view, rows } = await wholeBoard(context, request.params.board);
      const row = rows.find(({ id }) => id === request.params.row);
      if (!row) {
        const where = `row '${request.params.row}'`;
        throw new TopiaryError('TOPIARY_API_NOT_FOUND', { where, expected: `a row of ${view.id}`, got: 'none such' });
      }
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('cache-control', 'public, max-age=300')
        .send(badgeOf(view, row, trackOf(view).metrics[0]!));
    },
  );

  app.get(
    '/api/v1/boards/:board/feed.atom',
    {
      schema: {
        operationId: 'getBoardFeed',
        summary: 'Feed of a board',
        description: 'The fifty rows that changed last, the newest first, as Atom (RFC 4287).',
        tags: ['boards'],
        params: Params,
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { view, rows } = await wholeBoard(context, request.params.board);
      const site = context.publicUrl ?? `${request.protocol}://${request.host}`;
      return reply
        .type('application/atom+xml; charset=utf-8')
        .header('cache-control', 'public, max-age=300')
        .send(feedOf(view, rows, trackOf(view).metrics[0]!, site));
    },
  );
};
