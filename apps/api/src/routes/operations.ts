/** For organisers: how the queue is doing, what failed and why, and which disputes wait for an answer. */
import { Dispute, FailedRun, listOf, Page, QueueState } from '@topiary/contracts';
import type { Route } from '../context.js';
import { BY_KEY, guard } from '../plugins/auth.js';

const shared = { onRequest: guard('organise') };
const schema = { tags: ['admin'], security: BY_KEY };

export const operations: Route = (app, { db, queueCounts }) => {
  app.get(
    '/api/v1/admin/queue',
    {
      ...shared,
      schema: {
        operationId: 'getQueue',
        summary: 'Queue',
        description: 'Runs by state, jobs in the queue, and what is under way.',
        ...schema,
        response: { 200: QueueState },
      },
    },
    async () => {
      const [runs, queue, unsentJobs, underway] = await Promise.all([
        db.runs.counts(),
        queueCounts(),
        db.outbox.unsent(),
        db.runs.underway(),
      ]);
      return { runs, queue, unsentJobs, ...underway };
    },
  );

  app.get(
    '/api/v1/admin/failures',
    {
      ...shared,
      schema: {
        operationId: 'listFailures',
        summary: 'Failed runs',
        description: 'Runs that failed, the newest first, with what went wrong.',
        ...schema,
        querystring: Page,
        response: { 200: listOf(FailedRun) },
      },
    },
    ({ query: { limit, cursor } }) => db.runs.failed({ limit, ...(cursor === undefined ? {} : { cursor }) }),
  );

  app.get(
    '/api/v1/admin/disputes',
    {
      ...shared,
      schema: {
        operationId: 'listOpenDisputes',
        summary: 'Open disputes',
        description: 'Disputes that nobody has answered yet.',
        ...schema,
        response: { 200: listOf(Dispute) },
      },
    },
    async () => ({ items: await db.disputes.open(), nextCursor: null }),
  );
};
