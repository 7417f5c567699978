/** The Prisma client over `pg`. */
import { PrismaPg } from '@prisma/adapter-pg';
import { TopiaryError } from '@topiary/errors';
import { type Prisma, PrismaClient } from './generated/client.js';
import { asOurs } from './lost.js';

export { Prisma } from './generated/client.js';
export type Client = PrismaClient;
export type Transaction = Prisma.TransactionClient;

/** For a connection, or one's turn at a connection of the pool. */
export const CONNECT_MS = 10_000;

export const openClient = (url: string, connections: number, connectMs = CONNECT_MS): PrismaClient =>
  new PrismaClient({
    adapter: new PrismaPg(
      { connectionString: url, max: connections, keepAlive: true, connectionTimeoutMillis: connectMs },
      // A connection that breaks while idle is replaced by the pool; the next query is the one to complain.
      { onPoolError: () => undefined, onConnectionError: () => undefined },
    ),
    errorFormat: 'minimal',
    log: [],
  });

/** Generous, since the machine may be busy training; a transaction here is a handful of statements. */
export const transaction = <T>(client: Client, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  client.$transaction(work, { maxWait: 15_000, timeout: 30_000 });

// biome-ignore lint/suspicious/noExplicitAny: the parameters of a method do not matter here
type Method = (...parameters: any[]) => Promise<unknown>;

/** Every method of a repository, with a lost database reported as TOPIARY_DB_UNAVAILABLE. */
export const guarded = <T extends object>(repository: T): T => {
  const wrap = (method: Method): Method => {
    return async (...parameters) => {
      try {
        return await method(...parameters);
      } catch (error) {
        throw asOurs(error);
      }
    };
  };
  return Object.fromEntries(Object.entries(repository).map(([name, method]) => [name, wrap(method)])) as T;
};

export const notFound = (what: string, id: string): TopiaryError =>
  new TopiaryError('TOPIARY_DB_NOT_FOUND', { where: `${what} '${id}'` });
