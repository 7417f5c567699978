/**
 * Where the auth library keeps accounts, passwords and sessions: its own Prisma adapter over our tables. A subpath of its
 * own, since only the API needs the library.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { prismaAdapter } from '@better-auth/prisma-adapter';
import { isTopiaryError } from '@topiary/errors';
import type { Client } from './client.js';
import { asOurs } from './lost.js';
import type { Database } from './types.js';

export type AuthStore = ReturnType<typeof prismaAdapter>;

const calls = new AsyncLocalStorage<{ met?: unknown }>();

export const authStore = ({ auth }: Pick<Database, 'auth'>): AuthStore => {
  const watched = (auth as unknown as Client).$extends({
    query: {
      $allOperations: async ({ args, query }) => {
        try {
          return await query(args);
        } catch (error) {
          const ours = asOurs(error);
          const call = calls.getStore();
          if (call && isTopiaryError(ours)) call.met = ours;
          throw ours;
        }
      },
    },
  });
  return prismaAdapter(watched, { provider: 'postgresql' });
};

/** A call of the library: it makes a refusal of its own of any trouble, so what its store met is thrown instead. */
export const throughStore = async <T>(call: () => Promise<T>): Promise<T> => {
  const own: { met?: unknown } = {};
  try {
    return await calls.run(own, call);
  } catch (error) {
    throw own.met ?? error;
  }
};
