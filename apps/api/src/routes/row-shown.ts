/** What a row of a leaderboard has to show. */
import { RowShown } from '@topiary/contracts';
import { z } from 'zod';
import type { Route } from '../context.js';
import { rowShown as shownOf } from '../row-shown.js';

export const rowShown: Route = (app, context) => {
  app.get(
    '/api/v1/boards/:board/rows/:row/shown',
    {
      schema: {
        operationId: 'getRowShown',
        summary: 'What a row shows',
        description:
          'Widths layer by layer, and the files that views draw (boxes, samples, masks, costs by layer), of the first run of the row that has any. Files are downloaded as artefacts.',
        tags: ['boards'],
        params: z.object({ board: z.string(), row: z.string() }),
        response: { 200: RowShown },
      },
    },
    ({ params }) => shownOf(context, params.board, params.row),
  );
};
