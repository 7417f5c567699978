/** `GET /findings`: which published orderings reproduce here. */
import { Findings } from '@topiary/contracts';
import type { Route } from '../context.js';
import { findings as find } from '../findings.js';

export const findings: Route = (app, context) => {
  app.get(
    '/api/v1/findings',
    {
      schema: {
        operationId: 'getFindings',
        summary: 'Findings',
        description: 'Which published orderings come out again here, and mean ranks across boards.',
        tags: ['boards'],
        response: { 200: Findings },
      },
    },
    () => find(context),
  );
};
