/** Results that wait for a person: their owners see their own, organisers see all and decide. */
import { DecideHeld, HeldFilter, HeldRun, listOf } from '@topiary/contracts';
import { z } from 'zod';
import { actorOf } from '../accounts/identity.js';
import type { Route } from '../context.js';
import { BY_KEY, guard } from '../plugins/auth.js';

const schema = { tags: ['runs'], security: BY_KEY };

export const held: Route = (app, { db }) => {
  app.get(
    '/api/v1/held',
    {
      onRequest: guard('read'),
      schema: {
        operationId: 'listHeldRuns',
        summary: 'Held results',
        description: 'Results that wait for a person: your own, or for organisers all.',
        ...schema,
        querystring: HeldFilter,
        response: { 200: listOf(HeldRun) },
      },
    },
    async ({ who, query: { submission } }) => {
      const person = who!.scopes.includes('organise') ? undefined : who!.id;
      return { items: await db.held.list({ person, submission }), nextCursor: null };
    },
  );

  app.post(
    '/api/v1/runs/:id/held',
    {
      onRequest: guard('organise'),
      schema: {
        operationId: 'decideHeldRun',
        summary: 'Decide a held result',
        description: 'Releases it to the ranking or refuses it, with a reason.',
        ...schema,
        params: z.object({ id: z.string() }),
        body: DecideHeld,
        response: { 200: HeldRun },
      },
    },
    (request) => db.held.decide(request.params.id, request.body.decision, request.body.text, actorOf(request)),
  );
};
