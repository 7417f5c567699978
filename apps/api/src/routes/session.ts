/** Signing in and out: with e-mail and password, a key, the one-time link that `npm start` prints, or a provider. */
import { Session, SignIn, SignInWays } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actorOf, fromSession, type Who } from '../accounts/identity.js';
import { PASSWORD_MIN } from '../accounts/library.js';
import type { ApiContext, Route } from '../context.js';
import { type Guesses, openGuesses } from '../plugins/guesses.js';

const tags = ['session'];
const attempts = { config: { rateLimit: { max: 20, timeWindow: '1 minute' } } };

export const describeWho = (who: Who | null): Session => ({
  user: who && { id: who.id, name: who.name, role: who.role, scopes: [...who.scopes] },
});

/** The account that the request proves to be; the session's cookie is then in the reply. */
const signIn = async (
  context: ApiContext,
  guesses: Guesses,
  request: FastifyRequest,
  reply: FastifyReply,
  body: SignIn,
) => {
  if (!('key' in body)) return guesses.try(body.email, reply, () => context.accounts.signIn(request, reply, body));
  const found = await context.db.keys.find(body.key);
  // A session can do all that its person can: a key that can do less must not open one.
  if (!found?.key.scopes.includes('admin'))
    throw new TopiaryError('TOPIARY_API_UNAUTHENTICATED', {
      where: 'body key',
      expected: 'a valid key with the scope admin',
      got: found ? `one with ${found.key.scopes.join(', ')}` : 'an unknown, expired or revoked key',
    });
  await context.accounts.signInTrusted(request, reply, found.account.id);
  return found.account.id;
};

/** Writes down who came in, and how. */
export const welcome = async (
  { db }: ApiContext,
  request: FastifyRequest,
  id: string,
  by: string,
): Promise<Session> => {
  const account = await db.accounts.get(id);
  const entry = { action: 'session.start', target: `account:${id}`, detail: { by } };
  await db.audit.append(entry, { ...actorOf(request), account: id });
  return describeWho(fromSession(account));
};

export const session: Route = (app, context) => {
  const { accounts, db } = context;
  const guesses = openGuesses(app);
  app.get(
    '/api/v1/session',
    {
      schema: {
        operationId: 'getSession',
        summary: 'Who you are',
        description: 'The person that the key or the cookie belongs to, or null.',
        tags,
        response: { 200: Session },
      },
    },
    async ({ who }) => describeWho(who),
  );

  app.get(
    '/api/v1/session/ways',
    {
      schema: {
        operationId: 'getSignInWays',
        summary: 'Ways to sign in',
        description: 'Whether sign-up is open, and which providers there are.',
        tags,
        response: { 200: SignInWays },
      },
    },
    async () => {
      const { signUp, github, oidc } = accounts.settings;
      const providers = [
        ...(github ? [{ id: 'github', title: 'GitHub' }] : []),
        ...(oidc ? [{ id: 'oidc', title: oidc.title }] : []),
      ];
      return { signUp, providers, passwordMinLength: PASSWORD_MIN, resetByMail: accounts.resetByMail };
    },
  );

  app.post(
    '/api/v1/session',
    {
      ...attempts,
      schema: {
        operationId: 'signIn',
        summary: 'Sign in',
        description: 'With address and password, or with a key of the scope admin. Sets a cookie.',
        tags,
        body: SignIn,
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      const id = await signIn(context, guesses, request, reply, request.body);
      return welcome(context, request, id, 'key' in request.body ? 'key' : 'password');
    },
  );

  app.delete(
    '/api/v1/session',
    {
      schema: {
        operationId: 'signOut',
        summary: 'Sign out',
        description: 'Ends the session of the cookie.',
        tags,
        response: { 200: Session },
      },
    },
    async (request, reply) => {
      await accounts.signOut(request, reply);
      return { user: null };
    },
  );

  app.post(
    '/api/v1/session/provider',
    {
      ...attempts,
      schema: {
        operationId: 'signInWithProvider',
        summary: 'Sign in elsewhere',
        description: 'The address at which a provider signs you in.',

        tags,
        body: z.strictObject({ provider: z.enum(['github', 'oidc']) }),
        response: { 200: z.object({ url: z.string() }) },
      },
    },
    async (request, reply) => {
      const { provider } = request.body;
      if (accounts.settings[provider] === null)
        throw new TopiaryError('TOPIARY_API_VALIDATION', {
          where: 'body provider',
          expected: 'one of GET /api/v1/session/ways',
          got: provider,
        });
      return { url: await accounts.providerUrl(request, reply, provider) };
    },
  );

  app.get(
    '/api/auth/callback/:provider',
    { ...attempts, schema: { hide: true, params: z.object({ provider: z.enum(['github', 'oidc']) }) } },
    async (request, reply) => {
      const answer = await accounts.callback(request);
      for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie);
      return reply.redirect(answer.headers.get('location') ?? '/sign-in?error=provider');
    },
  );

  app.get(
    '/login',
    { ...attempts, schema: { hide: true, querystring: z.object({ token: z.string() }) } },
    async (request, reply) => {
      const account = await db.logins.consume(request.query.token);
      if (account === null) return reply.redirect('/sign-in?expired=1');
      await accounts.signInTrusted(request, reply, account);
      await welcome(context, request, account, 'link');
      return reply.redirect('/');
    },
  );
};
