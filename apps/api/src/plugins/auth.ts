/**
 * Who is asking: a key in `Authorization: Bearer`, or the session cookie. A cookie alone never writes for another
 * site: it is SameSite=Strict, and writes that carry it must come from our own Origin.
 */

import type { Database } from '@topiary/db';
import { TopiaryError } from '@topiary/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext, App } from '../context.js';

export interface Who {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly via: 'key' | 'session';
}

declare module 'fastify' {
  interface FastifyRequest {
    who: Who | null;
  }
}

export const COOKIE = 'topiary_session';
export const SESSION_SECONDS = 30 * 24 * 3600;

const fromKey = async (db: Database, header: string): Promise<Who> => {
  const key = /^Bearer (\S+)$/.exec(header)?.[1];
  const record = key ? await db.keys.find(key) : null;
  if (!record)
    throw new TopiaryError('TOPIARY_API_UNAUTHENTICATED', {
      where: 'Authorization',
      expected: '`Bearer <key>` with a valid key',
      got: key ? 'an unknown or revoked key' : 'another form',
    });
  return { id: record.id, name: record.name, scopes: record.scopes, via: 'key' };
};

const fromCookie = async (db: Database, token: string): Promise<Who | null> => {
  const session = await db.sessions.find(token);
  return session && { id: session.subject, name: session.subject, scopes: session.scopes, via: 'session' };
};

/** The addresses by which this server may be called; others are DNS rebinding or another site's form. */
const isOurs = (origin: string, request: FastifyRequest, publicUrl: string | null): boolean => {
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true;
  return URL.canParse(origin) && new URL(origin).host === request.headers.host;
};

export const guard =
  (...scopes: string[]) =>
  async (request: FastifyRequest): Promise<void> => {
    const { who } = request;
    if (!who)
      throw new TopiaryError('TOPIARY_API_UNAUTHENTICATED', {
        where: request.url,
        expected: '`Authorization: Bearer <key>` or a signed-in session',
        got: 'neither',
      });
    const missing = scopes.find((scope) => !who.scopes.includes(scope) && !who.scopes.includes('admin'));
    if (missing)
      throw new TopiaryError('TOPIARY_API_FORBIDDEN', {
        where: request.url,
        expected: `the scope '${missing}'`,
        got: who.scopes.join(', ') || 'no scope',
      });
  };

const setCookie = (reply: FastifyReply, token: string, maxAge: number, secure: boolean) =>
  reply.setCookie(COOKIE, token, { httpOnly: true, sameSite: 'strict', path: '/', maxAge, secure });

export const startSession = (reply: FastifyReply, token: string, context: ApiContext) =>
  setCookie(reply, token, SESSION_SECONDS, context.publicUrl?.startsWith('https:') ?? false);
export const endSession = (reply: FastifyReply) => reply.clearCookie(COOKIE, { path: '/' });

export const auth = (app: App, { db, publicUrl }: ApiContext): void => {
  app.decorateRequest('who', null);
  app.addHook('onRequest', async (request) => {
    const header = request.headers.authorization;
    const token = request.cookies[COOKIE];
    if (header) request.who = await fromKey(db, header);
    else if (token) request.who = await fromCookie(db, token);
    const reading = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    const origin = request.headers.origin;
    if (!reading && !header && origin !== undefined && !isOurs(origin, request, publicUrl)) {
      throw new TopiaryError('TOPIARY_API_FORBIDDEN', { where: 'Origin', expected: 'this server', got: origin });
    }
  });
};
