/** Submissions: create, list, look at, cancel, withdraw, run again. */
import { createHash } from 'node:crypto';
import {
  CreateSubmission,
  listOf,
  QuotaState,
  type Run,
  Submission,
  SubmissionItem,
  SubmissionsQuery,
} from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf } from '../accounts/identity.js';
import { mayChange } from '../accounts/ownership.js';
import { mustSee, privateOf } from '../accounts/visibility.js';
import type { Route } from '../context.js';
import { BY_KEY, guard } from '../plugins/auth.js';
import { queuePlace } from '../queue-place.js';
import { quotaOf, quotaState, sendQuota } from '../quota.js';
import { planSubmission } from '../submit.js';

const Id = z.object({ id: z.string() });
const tags = ['submissions'];

const idempotency = (request: FastifyRequest) => {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return undefined;
  if (key.length > 200)
    throw new TopiaryError('TOPIARY_API_VALIDATION', {
      where: 'Idempotency-Key',
      expected: 'at most 200 characters',
      got: `${key.length}`,
    });
  const bodyHash = createHash('sha256').update(JSON.stringify(request.body)).digest('hex');
  return { scope: request.who!.id, key, bodyHash };
};

/** In lists a result is its numbers; widths and files are looked up one submission at a time. */
const brief = (run: Run): Run => ({ ...run, result: run.result && { ...run.result, widths: [], artefacts: [] } });

export const submissions: Route = (app, context) => {
  const { db } = context;
  app.post(
    '/api/v1/submissions',
    {
      onRequest: guard('submit'),
      schema: {
        operationId: 'createSubmission',
        summary: 'Submit',
        description:
          'Queues a recipe, pruned networks, a criterion of your own or an import: one run for each target and seed. With Idempotency-Key the same request counts once.',
        tags,
        security: BY_KEY,
        body: CreateSubmission,
        response: { 202: Submission },
      },
    },
    async (request, reply) => {
      // A base model is what everybody on its board starts from.
      if (request.body.kind === 'import') await guard('admin')(request);
      const plan = await planSubmission(context, request.body, request.who!.id);
      const quota = quotaOf(context, request.who!);
      const { submission, replayed, used } = await db.submissions.create(plan, idempotency(request), quota);
      if (replayed) reply.header('idempotent-replayed', 'true');
      else context.onQueued?.();
      if (used) sendQuota(reply, quota, used);
      // Links the request's id with those that the worker's lines carry.
      request.log.info(
        { submission: submission.id, runs: submission.runs.map(({ id }) => id), replayed },
        'submission accepted',
      );
      const queue = await queuePlace(db, submission.id);
      return reply
        .code(202)
        .header('location', `/api/v1/submissions/${submission.id}`)
        .send({ ...submission, queue });
    },
  );

  app.get(
    '/api/v1/submissions',
    {
      schema: {
        operationId: 'listSubmissions',
        summary: 'Submissions',
        description: 'The newest first; by board, state or submitter.',
        tags,
        querystring: SubmissionsQuery,
        response: { 200: listOf(SubmissionItem) },
      },
    },
    async (request) => {
      const { query } = request;
      const { board, state, submitter, limit, cursor, withdrawn, expand } = query;
      const page = await db.submissions.list({
        limit,
        ...privateOf(request),
        runs: expand === 'runs',
        ...(board === undefined ? {} : { board }),
        ...(state === undefined ? {} : { state }),
        ...(submitter === undefined ? {} : { createdBy: submitter }),
        ...(cursor === undefined ? {} : { cursor }),
        ...(withdrawn === undefined ? {} : { includeWithdrawn: withdrawn }),
      });
      return {
        ...page,
        items: page.items.map((item) => ({ ...item, ...(item.runs ? { runs: item.runs.map(brief) } : {}) })),
      };
    },
  );

  app.get(
    '/api/v1/submissions/:id',
    {
      schema: {
        operationId: 'getSubmission',
        summary: 'A submission',
        description: 'With its runs, their numbers, and its place in the queue.',
        tags,
        params: Id,
        response: { 200: Submission },
      },
    },
    async (request) => {
      const { id } = request.params;
      await mustSee(context, request, id);
      const [submission, tries] = await Promise.all([db.submissions.get(id), db.submissions.tries(id)]);
      const waits = submission.runs.some(({ state }) => state === 'queued');
      return { ...submission, tries, queue: waits ? await queuePlace(db, id) : null };
    },
  );

  app.get(
    '/api/v1/quota',
    {
      onRequest: guard('read'),
      schema: {
        operationId: 'getQuota',
        summary: 'Your quota',
        description: 'Runs, hours of computing and bytes: what is used and what is left.',
        tags,
        security: BY_KEY,
        response: { 200: QuotaState },
      },
    },
    ({ who }) => quotaState(context, who!),
  );

  const change = (
    method: 'POST' | 'DELETE',
    url: string,
    words: { readonly operationId: string; readonly summary: string; readonly description: string },
    act: (id: string, request: FastifyRequest) => Promise<Submission>,
  ) =>
    app.route({
      method,
      url,
      onRequest: guard('submit'),
      schema: { ...words, tags, security: BY_KEY, params: Id, response: { 200: Submission } },
      handler: async (request) => {
        await mayChange(context, request, request.params.id);
        return act(request.params.id, request);
      },
    });
  change(
    'POST',
    '/api/v1/submissions/:id/cancel',
    {
      operationId: 'cancelSubmission',
      summary: 'Cancel',
      description: 'Ends the runs that wait or run; those that are done stay.',
    },
    (id, request) => db.submissions.cancel(id, actorOf(request)),
  );
  change(
    'POST',
    '/api/v1/submissions/:id/rerun',
    {
      operationId: 'rerunSubmission',
      summary: 'Run again',
      description: 'Queues the runs again that failed or were cancelled.',
    },
    async (id, request) => {
      const again = await db.submissions.rerun(id, quotaOf(context, request.who!), actorOf(request));
      context.onQueued?.();
      return again;
    },
  );
  change(
    'POST',
    '/api/v1/submissions/:id/publish',
    {
      operationId: 'publishSubmission',
      summary: 'Publish',
      description: 'Shows a private submission to everybody and puts its rows on the board. It is not taken back.',
    },
    (id, request) => db.submissions.publish(id, actorOf(request)),
  );
  change(
    'DELETE',
    '/api/v1/submissions/:id/files',
    {
      operationId: 'deleteSubmissionFiles',
      summary: 'Give up files',
      description: 'Deletes the files of its runs; the numbers stay.',
    },
    (id, request) => db.submissions.dropFiles(id, actorOf(request)),
  );
  change(
    'DELETE',
    '/api/v1/submissions/:id',
    {
      operationId: 'withdrawSubmission',
      summary: 'Withdraw',
      description: 'Takes the submission off the board, without a reason.',
    },
    (id, request) => db.submissions.withdraw(id, null, actorOf(request)),
  );
};
