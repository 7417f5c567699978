/** The keys of the person who is signed in: made, listed, revoked. A key itself is shown once. */
import { ApiKey, CreatedKey, CreateKey, listOf } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';
import { actorOf } from '../accounts/identity.js';
import type { Route } from '../context.js';
import { BY_KEY, guard, IN_PERSON, inPerson } from '../plugins/auth.js';

const tags = ['account'];
const DAY_MS = 24 * 3600 * 1000;
/** Enough for every machine and script of one person. */
const MOST = 50;

export const keys: Route = (app, { db }) => {
  app.get(
    '/api/v1/account/keys',
    {
      onRequest: guard('read'),
      schema: {
        operationId: 'listKeys',
        summary: 'Your keys',
        description: 'API keys of this account, revoked ones included; never the keys themselves.',
        tags,
        security: BY_KEY,
        response: { 200: listOf(ApiKey) },
      },
    },
    async (request) => ({ items: await db.keys.list(request.who!.id), nextCursor: null }),
  );

  app.post(
    '/api/v1/account/keys',
    {
      onRequest: inPerson,
      schema: {
        security: IN_PERSON,
        operationId: 'createKey',
        summary: 'Make a key',
        description: 'The key itself is in this answer and nowhere else.',
        tags,
        body: CreateKey,
        response: { 201: CreatedKey },
      },
    },
    async (request, reply) => {
      const account = request.who!.id;
      const usable = (await db.keys.list(account)).filter(({ revokedAt }) => revokedAt === null).length;
      if (usable >= MOST)
        throw new TopiaryError('TOPIARY_API_CONFLICT', {
          where: 'keys',
          expected: `at most ${MOST} that are not revoked`,
          got: `${usable}`,
        });
      const { name, scopes, expiresInDays } = request.body;
      const expiresAt = expiresInDays === null ? null : new Date(Date.now() + expiresInDays * DAY_MS);
      const { key, record } = await db.keys.create({ account, name, scopes, expiresAt }, actorOf(request));
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...record, key });
    },
  );

  app.delete(
    '/api/v1/account/keys/:id',
    {
      onRequest: inPerson,
      schema: {
        security: IN_PERSON,
        operationId: 'revokeKey',
        summary: 'Revoke a key',
        description: 'It stops working at once.',
        tags,
        params: z.object({ id: z.string() }),
        response: { 200: listOf(ApiKey) },
      },
    },
    async (request) => {
      const account = request.who!.id;
      await db.keys.revoke(account, request.params.id, actorOf(request));
      return { items: await db.keys.list(account), nextCursor: null };
    },
  );
};
