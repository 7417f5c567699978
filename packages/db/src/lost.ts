/** Tells a lost database and a full disk from a bug, by what Node, `pg`, `pg-pool`, Postgres and Prisma say of them. */
import { isTopiaryError, TopiaryError } from '@topiary/errors';

/**
 * Of the way to the server (Node), of a server that goes or takes nobody in (Postgres: class 08, 57P0x, 25P03, 53300), of
 * either in Prisma's words. 08P01 is a message that breaks the protocol: a bug.
 */
const LOST_CODE =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(?:HOST|NET)(?:UNREACH|DOWN)|ENETRESET|ENOTFOUND|EAI_AGAIN|EAI_FAIL|08(?!P01)[0-9A-Z]{3}|57P0[1235]|25P03|53300|P1001|P1002|P1008|P1017|P2024|P2028|DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections)$/;

/** Of errors that carry no code: those of `pg`, `pg-pool` and a socket file that is gone. */
const LOST_WORDS =
  /^Connection terminated|^timeout exceeded when trying to connect$|^timeout expired$|^Query read timeout$|is not queryable$|^Connection ended unexpectedly|^server closed the connection|^connect ENOENT|^socket hang up$/i;

/** Postgres' code for a disk without room, and what it says of one. */
const FULL_CODE = /^53100$/;
const FULL_WORDS = /No space left on device|could not extend file/;

interface Said {
  readonly codes: readonly string[];
  readonly words: readonly string[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const strings = (values: readonly unknown[]): string[] => values.filter((value) => typeof value === 'string');

/** Of an error, of what caused it, of the one of its driver that Prisma hands on in `meta`, of those that it gathers. */
const saidBy = (error: unknown, depth = 0): Said => {
  if (!isObject(error) || depth > 8) return { codes: [], words: strings([error]) };
  const { code, originalCode, kind, message, originalMessage, cause, meta, errors } = error;
  const driver = isObject(meta) ? [meta['driverAdapterError'], { code: meta['code'], message: meta['message'] }] : [];
  const inner = [cause, ...driver, ...(Array.isArray(errors) ? errors : [])]
    .filter((value) => value !== undefined && value !== null)
    .map((value) => saidBy(value, depth + 1));
  return {
    codes: [...strings([code, originalCode, kind]), ...inner.flatMap(({ codes }) => codes)],
    words: [...strings([message, originalMessage]), ...inner.flatMap(({ words }) => words)],
  };
};

const says = ({ codes, words }: Said, code: RegExp, word: RegExp): boolean =>
  codes.some((text) => code.test(text)) ||
  words.some((text) => text.split('\n').some((line) => word.test(line.trim())));

const lastLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';

/** TOPIARY_DB_UNAVAILABLE or TOPIARY_STORAGE_FULL with the error as its cause; any other error as it is. */
export const asOurs = (error: unknown): unknown => {
  if (isTopiaryError(error)) return error;
  const said = saidBy(error);
  const as = (code: 'TOPIARY_STORAGE_FULL' | 'TOPIARY_DB_UNAVAILABLE') =>
    new TopiaryError(code, { where: 'Postgres', got: lastLine(error) }, { cause: error });
  if (says(said, FULL_CODE, FULL_WORDS)) return as('TOPIARY_STORAGE_FULL');
  return says(said, LOST_CODE, LOST_WORDS) ? as('TOPIARY_DB_UNAVAILABLE') : error;
};
