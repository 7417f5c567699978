/** Which rows of a board somebody should take who can spend so much and lose so much. */
import { Recommendation, RecommendationQuery } from '@topiary/contracts';
import { z } from 'zod';
import type { Route } from '../context.js';
import { recommendation as recommended } from '../recommendation.js';

export const recommendation: Route = (app, context) => {
  app.get(
    '/api/v1/boards/:board/recommendation',
    {
      schema: {
        operationId: 'recommendRows',
        summary: 'Recommend rows',
        description:
          'For "I can spend x and lose y": the rows that fit, the best first, how sure that is, and recipe and files. A time counts only where the same machine took it and was calm.',
        tags: ['boards'],
        params: z.object({ board: z.string() }),
        querystring: RecommendationQuery,
        response: { 200: Recommendation },
      },
    },
    ({ params, query }) => recommended(context, params.board, query),
  );
};
