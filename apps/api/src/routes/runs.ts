/** `GET /runs/:id`: one run, whole. */
import { Run } from '@topiary/contracts';
import { z } from 'zod';
import { mustSee } from '../accounts/visibility.js';
import type { Route } from '../context.js';

export const runs: Route = (app, { db }) => {
  app.get(
    '/api/v1/runs/:id',
    {
      schema: {
        operationId: 'getRun',
        summary: 'A run',
        description: 'One target and one seed: stages, numbers, widths, files, or what went wrong.',
        tags: ['runs'],
        params: z.object({ id: z.string() }),
        response: { 200: Run },
      },
    },
    async (request) => {
      const run = await db.runs.get(request.params.id);
      await mustSee({ db }, request, run.submission);
      return run;
    },
  );
};
