/** How what runs here differs from PruningBench, on one board or in general. */
import { Difference, listOf } from '@topiary/contracts';
import { differences as differencesOf, resolveBoard } from '@topiary/tracks/catalogue';
import { z } from 'zod';
import type { Route } from '../context.js';

const Query = z.object({
  board: z.string().optional().describe('Its own solver and training; absent: what boards have in common'),
});

export const differences: Route = (app, { db }) => {
  app.get(
    '/api/v1/differences',
    {
      schema: {
        operationId: 'listDifferences',
        summary: 'Differences from PruningBench',
        description:
          'Every known difference from PruningBench, Torch-Pruning and the papers, each once, those of the protocol first. A board on which nothing can run has none of the protocol.',
        tags: ['catalogue'],
        querystring: Query,
        response: { 200: listOf(Difference) },
      },
    },
    async ({ query: { board } }) => ({
      items: differencesOf(board === undefined ? undefined : await resolveBoard(db.boards, board)),
      nextCursor: null,
    }),
  );
};
