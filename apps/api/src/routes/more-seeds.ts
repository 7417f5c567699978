/** Queues the seeds that would tell two rows of a board apart. */
import { CreateSeeds, MoreSeeds } from '@topiary/contracts';
import { z } from 'zod';
import type { Route } from '../context.js';
import { moreSeeds as queueSeeds } from '../more-seeds.js';
import { BY_KEY, guard } from '../plugins/auth.js';
import { quotaOf, sendQuota } from '../quota.js';

export const moreSeeds: Route = (app, context) => {
  app.post(
    '/api/v1/boards/:board/seeds',
    {
      onRequest: guard('submit'),
      schema: {
        operationId: 'createSeeds',
        summary: 'Queue missing seeds',
        description:
          'Of two rows that a comparison would tell apart with more seeds: queues the seeds that are missing, as far as the rows are yours.',
        tags: ['boards'],
        security: BY_KEY,
        params: z.object({ board: z.string() }),
        body: CreateSeeds,
        response: { 202: MoreSeeds },
      },
    },
    async (request, reply) => {
      const quota = quotaOf(context, request.who!);
      const asked = { board: request.params.board, rows: request.body.rows, person: request.who!.id };
      const answer = await queueSeeds(context, asked, async (plan) => {
        const { submission, used } = await context.db.submissions.create(plan, undefined, quota);
        if (used) sendQuota(reply, quota, used);
        return submission;
      });
      if (answer.submissions.length > 0) context.onQueued?.();
      return reply.code(202).send(answer);
    },
  );
};
