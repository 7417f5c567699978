/** What lets people trust a number: withdrawing with a reason, disputes that all can read, and who made what. */
import { AnswerDispute, Dispute, listOf, Person, RaiseDispute, Submission, Withdraw } from '@topiary/contracts';
import { z } from 'zod';
import { actorOf } from '../accounts/identity.js';
import { mayChange } from '../accounts/ownership.js';
import { mustSee } from '../accounts/visibility.js';
import type { Route } from '../context.js';
import { BY_KEY, guard } from '../plugins/auth.js';

const Id = z.object({ id: z.string() });
const security = BY_KEY;

export const trust: Route = (app, context) => {
  const { db } = context;

  app.post(
    '/api/v1/submissions/:id/withdraw',
    {
      onRequest: guard('submit'),
      schema: {
        operationId: 'withdrawWithReason',
        summary: 'Withdraw with a reason',
        description: 'Takes the submission off the board; the reason is public.',
        tags: ['submissions'],
        security,
        params: Id,
        body: Withdraw,
        response: { 200: Submission },
      },
    },
    async (request) => {
      await mayChange(context, request, request.params.id);
      return db.submissions.withdraw(request.params.id, request.body.reason, actorOf(request));
    },
  );

  app.get(
    '/api/v1/submissions/:id/disputes',
    {
      schema: {
        operationId: 'listDisputes',
        summary: 'Disputes of a submission',
        description: 'Who doubts it and why, and what was answered.',
        tags: ['disputes'],
        params: Id,
        response: { 200: listOf(Dispute) },
      },
    },
    async (request) => {
      const { id } = request.params;
      await mustSee(context, request, id);
      return { items: await db.disputes.of(id), nextCursor: null };
    },
  );

  app.post(
    '/api/v1/submissions/:id/disputes',
    {
      onRequest: guard('submit'),
      config: { rateLimit: { max: 20, timeWindow: '1 minute' } },
      schema: {
        operationId: 'raiseDispute',
        summary: 'Dispute a submission',
        description: 'Says in public why a result is doubted.',
        tags: ['disputes'],
        security,
        params: Id,
        body: RaiseDispute,
        response: { 201: Dispute },
      },
    },
    async (request, reply) => {
      await mustSee(context, request, request.params.id);
      const dispute = await db.disputes.raise(request.params.id, request.body.text, actorOf(request));
      return reply.code(201).send(dispute);
    },
  );

  app.post(
    '/api/v1/disputes/:id/answer',
    {
      onRequest: guard('organise'),
      schema: {
        operationId: 'answerDispute',
        summary: 'Answer a dispute',
        description: 'Upholds or rejects it, with a text that all can read.',
        tags: ['disputes'],
        security,
        params: Id,
        body: AnswerDispute,
        response: { 200: Dispute },
      },
    },
    (request) => db.disputes.answer(request.params.id, request.body, actorOf(request)),
  );

  app.get(
    '/api/v1/people/:id',
    {
      schema: {
        operationId: 'getPerson',
        summary: 'A person',
        description: 'Name and number of submissions of somebody who submits here.',
        tags: ['people'],
        params: Id,
        response: { 200: Person },
      },
    },
    ({ params }) => db.accounts.person(params.id),
  );
};
