/**
 * Who is asking: a key in `Authorization: Bearer`, or the session cookie. A cookie alone never writes for another
 * site: it is SameSite=Strict, and writes that carry it must come from our own Origin.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Database } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import type { FastifyRequest } from 'fastify';
import { fromKey, type Scope, type Who } from '../accounts/identity.js';
import type { ApiContext, App } from '../context.js';

declare module 'fastify' {
  interface FastifyRequest {
    who: Who | null;
  }
  interface FastifyContextConfig {
    /** Opens the route beside the keys: programs that watch the server have no account. Null: nothing does. */
    token?: string | null;
  }
}

const bearerOf = (header: string | undefined): string | undefined => /^Bearer (\S+)$/.exec(header ?? '')?.[1];

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compared in constant time, by hashes of one length. */
const bringsToken = ({ headers, routeOptions }: FastifyRequest): boolean => {
  const [token, given] = [routeOptions.config.token ?? null, bearerOf(headers.authorization)];
  return token !== null && given !== undefined && timingSafeEqual(digest(given), digest(token));
};

const keyHolder = async (db: Database, header: string): Promise<Who> => {
  const key = bearerOf(header);
  const found = key ? await db.keys.find(key) : null;
  if (!found)
    throw new TopiaryError('TOPIARY_API_UNAUTHENTICATED', {
      where: 'Authorization',
      expected: '`Bearer <key>` with a valid key',
      got: key ? 'an unknown, expired or revoked key' : 'another form',
    });
  return fromKey(found.account, found.key);
};

/** What the document says of guarded routes: a key or a session opens them, or a session alone. */
export const BY_KEY = [{ key: [] }, { session: [] }];
export const IN_PERSON = [{ session: [] }];

/** The addresses by which this server may be called; others are DNS rebinding or another site's form. */
const isOurs = (origin: string, request: FastifyRequest, publicUrl: string | null): boolean => {
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.host;
};

const isReading = ({ method }: FastifyRequest): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method);

/** Refuses who is not signed in, or has not all of the scopes. */
export const guard =
  (...scopes: Scope[]) =>
  async (request: FastifyRequest): Promise<void> => {
    const { who } = request;
    if (!who)
      throw new TopiaryError('TOPIARY_API_UNAUTHENTICATED', {
        where: request.url,
        expected: '`Authorization: Bearer <key>` or a signed-in session',
        got: 'neither',
      });
    const missing = scopes.find((scope) => !who.scopes.includes(scope));
    if (missing)
      throw new TopiaryError('TOPIARY_API_FORBIDDEN', {
        where: request.url,
        expected: `the scope '${missing}'`,
        got: who.scopes.join(', ') || 'no scope',
      });
  };

/** The same for a route that has a token of its own: whoever brings it needs no scope. */
export const guardOrToken =
  (...scopes: Scope[]) =>
  async (request: FastifyRequest): Promise<void> => {
    if (!bringsToken(request)) await guard(...scopes)(request);
  };

/** For what only a person at the site does: a stolen key must not become a password or more keys. */
export const inPerson = async (request: FastifyRequest): Promise<void> => {
  await guard()(request);
  if (request.who!.via === 'session') return;
  throw new TopiaryError('TOPIARY_API_FORBIDDEN', {
    where: request.url,
    expected: 'a signed-in session',
    got: 'a key',
  });
};

export const auth = (app: App, { db, accounts, publicUrl }: ApiContext): void => {
  app.decorateRequest('who', null);
  app.addHook('onRequest', async (request, reply) => {
    const header = request.headers.authorization;
    if (header) request.who = bringsToken(request) ? null : await keyHolder(db, header);
    else if (request.headers.cookie?.includes('topiary.session_token'))
      request.who = await accounts.whoOf(request, reply);
    const origin = request.headers.origin;
    if (!isReading(request) && !header && origin !== undefined && !isOurs(origin, request, publicUrl))
      throw new TopiaryError('TOPIARY_API_FORBIDDEN', { where: 'Origin', expected: 'this server', got: origin });
  });
};
