/** The Prisma client over `pg`, and the one place that tells a lost database from a bug. */
import { PrismaPg } from '@prisma/adapter-pg';
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import { type Prisma, PrismaClient } from './generated/client.js';

export { Prisma } from './generated/client.js';
export type Client = PrismaClient;
export type Transaction = Prisma.TransactionClient;

export const openClient = (url: string, connections: number): PrismaClient =>
  new PrismaClient({
    adapter: new PrismaPg(
      { connectionString: url, max: connections, keepAlive: true, connectionTimeoutMillis: 10_000 },
      // A connection that breaks while idle is replaced by the pool; the next query is the one to complain.
      { onPoolError: () => undefined, onConnectionError: () => undefined },
    ),
    errorFormat: 'minimal',
    log: [],
  });

/** Generous, since the machine may be busy training; a transaction here is a handful of statements. */
export const transaction = <T>(client: Client, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  client.$transaction(work, { maxWait: 15_000, timeout: 30_000 });

/** Prisma's codes for an unreachable server or a closed connection, Postgres' for shutting down and too many clients. */
const LOST =
  /P1001|P1002|P1008|P1017|P2024|P2028|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|57P0[123]|53300|DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|Connection terminated|connection timeout|Client has encountered a connection error|server closed the connection|not queryable/i;

const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code, meta } = error as Error & { code?: string; meta?: unknown };
  return [
    code,
    error.name,
    error.message,
    meta === undefined ? '' : JSON.stringify(meta),
    error.cause && textOf(error.cause),
  ].join(' ');
};

/** Postgres' code for a disk without room, and what it says of one. */
const FULL = /\b53100\b|No space left on device|could not extend file/;

export const asOurs = (error: unknown): unknown => {
  if (isTopiaryError(error)) return error;
  if (FULL.test(textOf(error)))
    return new TopiaryError('TOPIARY_STORAGE_FULL', { where: 'Postgres', got: lastLine(error) }, { cause: error });
  if (!LOST.test(textOf(error))) return error;
  return new TopiaryError('TOPIARY_DB_UNAVAILABLE', { where: 'Postgres', got: lastLine(error) }, { cause: error });
};

const lastLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';

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
