/** Signing in and out: with a key, or with the one-time link that `npm start` prints. */
import { Session, SignIn } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { z } from 'zod';
import type { Route } from '../context.js';
import { COOKIE, endSession, SESSION_SECONDS, startSession, type Who } from '../plugins/auth.js';

const describe = (who: Who | null) => ({
  user: who && { name: who.name, role: who.scopes.includes('admin') ? 'owner' : 'member' },
});

const attempts = { config: { rateLimit: { max: 20, timeWindow: '1 minute' } } };

export const session: Route = (app, context) => {
  const { db } = context;
  app.get('/api/v1/session', { schema: { tags: ['session'], response: { 200: Session } } }, async ({ who }) =>
    describe(who),
  );

  app.post(
    '/api/v1/session',
    { ...attempts, schema: { tags: ['session'], body: SignIn, response: { 200: Session } } },
    async ({ body }, reply) => {
      const key = await db.keys.find(body.key);
      if (!key)
        throw new TopiaryError('TOPIARY_API_UNAUTHENTICATED', {
          where: 'key',
          expected: 'a valid key',
          got: 'an unknown or revoked key',
        });
      const login = await db.sessions.createLogin(key.name, key.scopes, 60);
      const started = await db.sessions.login(login, SESSION_SECONDS);
      if (started) startSession(reply, started.token, context);
      return { user: { name: key.name, role: key.scopes.includes('admin') ? 'owner' : 'member' } };
    },
  );

  app.delete(
    '/api/v1/session',
    { schema: { tags: ['session'], response: { 200: Session } } },
    async (request, reply) => {
      const token = request.cookies[COOKIE];
      if (token) await db.sessions.end(token);
      endSession(reply);
      return { user: null };
    },
  );

  app.get(
    '/login',
    { ...attempts, schema: { hide: true, querystring: z.object({ token: z.string() }) } },
    async ({ query }, reply) => {
      const started = await db.sessions.login(query.token, SESSION_SECONDS);
      if (started) startSession(reply, started.token, context);
      return reply.redirect(started ? '/' : '/sign-in?expired=1');
    },
  );
};
