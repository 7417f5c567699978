/** Who is told when a submission of one's own ends: webhooks, and a mail. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  ChangeNotices,
  CreatedWebhook,
  CreateWebhook,
  Delivery,
  listOf,
  NoticeSettings,
  Webhook,
} from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';
import { actorOf } from '../accounts/identity.js';
import type { ApiContext, Route } from '../context.js';
import { newSecret } from '../notices/signature.js';
import { BY_KEY, guard, IN_PERSON, inPerson } from '../plugins/auth.js';

const Id = z.object({ id: z.string() });
const tags = ['account'];

/** Only whoever reads the mails of this address gets to know it; another address has another. */
const proofOf = ({ accounts }: ApiContext, account: string, email: string): string =>
  createHmac('sha256', accounts.settings.secret).update(`mail-at-end ${account} ${email}`).digest('base64url');

const isProof = (given: string, proof: string): boolean =>
  given.length === proof.length && timingSafeEqual(Buffer.from(given), Buffer.from(proof));

const webhooks: Route = (app, { db, onNotice }) => {
  app.get(
    '/api/v1/account/webhooks',
    {
      onRequest: guard('read'),
      schema: {
        operationId: 'listWebhooks',
        summary: 'Your webhooks',
        description: 'Addresses that are told when a submission of yours ends.',
        tags,
        security: BY_KEY,
        response: { 200: listOf(Webhook) },
      },
    },
    async ({ who }) => ({ items: await db.notices.list(who!.id), nextCursor: null }),
  );

  app.post(
    '/api/v1/account/webhooks',
    {
      onRequest: guard('submit'),
      schema: {
        operationId: 'createWebhook',
        summary: 'Add a webhook',
        description:
          'The address is sent a POST when a submission of yours ends, signed as Standard Webhooks says (webhook-id, webhook-timestamp, webhook-signature) and tried six times within half a day. The secret is in this answer and nowhere else.',
        tags,
        security: BY_KEY,
        body: CreateWebhook,
        response: { 201: CreatedWebhook },
      },
    },
    async (request, reply) => {
      const secret = newSecret();
      const webhook = { account: request.who!.id, url: request.body.url, secret };
      const made = await db.notices.create(webhook, actorOf(request));
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...made, secret });
    },
  );

  app.delete(
    '/api/v1/account/webhooks/:id',
    {
      onRequest: guard('submit'),
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Remove a webhook',
        description: 'Nothing more is sent to it.',
        tags,
        security: BY_KEY,
        params: Id,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await db.notices.remove(request.who!.id, request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/account/webhooks/:id/deliveries',
    {
      onRequest: guard('read'),
      schema: {
        operationId: 'listDeliveries',
        summary: 'What a webhook was sent',
        description: 'The newest fifty, with what the address answered and when the next try is.',
        tags,
        security: BY_KEY,
        params: Id,
        response: { 200: listOf(Delivery) },
      },
    },
    async ({ who, params }) => ({ items: await db.notices.deliveries(who!.id, params.id), nextCursor: null }),
  );

  app.post(
    '/api/v1/account/webhooks/:id/trial',
    {
      onRequest: guard('submit'),
      config: { rateLimit: { max: 10, timeWindow: '1 minute' } },
      schema: {
        operationId: 'tryWebhook',
        summary: 'Try a webhook',
        description: 'Sends a trial at once; what came of it stands among its deliveries.',
        tags,
        security: BY_KEY,
        params: Id,
        response: { 202: listOf(Delivery) },
      },
    },
    async ({ who, params }, reply) => {
      await db.notices.trial(who!.id, params.id);
      onNotice?.();
      return reply.code(202).send({ items: await db.notices.deliveries(who!.id, params.id), nextCursor: null });
    },
  );
};

const mails: Route = (app, context) => {
  const { db, mailer, accounts } = context;
  const view = async (account: string, proofSent = false) => ({
    mailAtEnd: await db.notices.mailAtEnd(account),
    mails: mailer !== null,
    proofSent,
  });

  app.get(
    '/api/v1/account/notices',
    {
      onRequest: guard('read'),
      schema: {
        operationId: 'getNotices',
        summary: 'Mails',
        description: 'Whether you are told by mail when a submission of yours ends.',
        tags,
        security: BY_KEY,
        response: { 200: NoticeSettings },
      },
    },
    ({ who }) => view(who!.id),
  );

  app.put(
    '/api/v1/account/notices',
    {
      onRequest: inPerson,
      schema: {
        operationId: 'changeNotices',
        summary: 'Change mails',
        description:
          'Mails begin after a link that is sent to your address was opened: it shows that the address is yours.',
        tags,
        security: IN_PERSON,
        body: ChangeNotices,
        response: { 200: NoticeSettings },
      },
    },
    async (request) => {
      const account = request.who!.id;
      const { mailAtEnd, proof } = request.body;
      if (!mailAtEnd) {
        await db.notices.setMailAtEnd(account, false, actorOf(request));
        return view(account);
      }
      if (mailer === null)
        throw new TopiaryError('TOPIARY_API_CONFLICT', {
          where: 'mails',
          expected: 'a server that sends mail',
          got: 'one that does not',
        });
      const { email } = await db.accounts.get(account);
      const wanted = proofOf(context, account, email);
      if (proof === undefined) {
        mailer.sendProof(email, `${accounts.settings.baseUrl}/account?proof=${wanted}`);
        return view(account, true);
      }
      if (!isProof(proof, wanted))
        throw new TopiaryError('TOPIARY_API_FORBIDDEN', {
          where: 'body proof',
          expected: 'the one that was mailed to your address',
          got: 'another one',
        });
      await db.notices.setMailAtEnd(account, true, actorOf(request));
      return view(account);
    },
  );
};

export const notices: Route = (app, context) => {
  webhooks(app, context);
  mails(app, context);
};
