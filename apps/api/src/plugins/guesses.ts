/**
 * How often a password may be guessed wrong: counted for the account, from whatever addresses the guesses come. What an
 * account has used up it gets back when the window ends; sessions that are open stay open.
 */
import { createHash } from 'node:crypto';
import { TopiaryError } from '@topiary/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../context.js';

const MOST = 10;
const WINDOW_MS = 15 * 60_000;

export interface Guesses {
  /** Does what proves a password, if the account has guesses left. */
  try<T>(account: string, reply: FastifyReply, prove: () => Promise<T>): Promise<T>;
}

const isWrong = (error: unknown): boolean =>
  error instanceof TopiaryError &&
  (error.code === 'TOPIARY_API_UNAUTHENTICATED' || error.code === 'TOPIARY_API_FORBIDDEN');

const refuse = (reply: FastifyReply, until: number): TopiaryError => {
  const seconds = Math.max(1, Math.ceil((until - Date.now()) / 1000));
  reply.header('retry-after', seconds);
  return new TopiaryError('TOPIARY_API_RATE_LIMITED', {
    where: 'password',
    expected: `another try after ${seconds} s`,
    got: `${MOST} wrong ones for this account`,
  });
};

export const openGuesses = (app: App): Guesses => {
  const count = app.createRateLimit({ max: MOST, timeWindow: WINDOW_MS, keyGenerator: ({ ip }) => `guess ${ip}` });
  /** Accounts that have no guess left, and until when. */
  const spent = new Map<string, number>();
  const note = async (key: string): Promise<void> => {
    // All that a limit reads of a request.
    const verdict = await count({ ip: key, routeOptions: { config: {} } } as FastifyRequest);
    if (verdict.isAllowed || verdict.remaining > 0) return;
    spent.set(key, Date.now() + verdict.ttl);
    setTimeout(() => spent.delete(key), verdict.ttl).unref();
  };
  return {
    try: async (account, reply, prove) => {
      // What lies in a shared store is no address.
      const key = createHash('sha256').update(account.toLowerCase()).digest('base64url');
      const until = spent.get(key);
      if (until !== undefined && until > Date.now()) throw refuse(reply, until);
      try {
        return await prove();
      } catch (error) {
        if (isWrong(error)) await note(key);
        throw error;
      }
    },
  };
};
