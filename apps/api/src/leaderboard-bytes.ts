/** A page of a leaderboard as it goes over the wire: made once, kept with its ETag and its compressed forms. */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { Leaderboard } from '@topiary/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from './context.js';
import { toCsv } from './csv.js';
import { leaderboardPage, viewAge } from './leaderboard-page.js';
import type { Query } from './leaderboard-query.js';
import { PARQUET, toParquet } from './parquet.js';
import { rowTable } from './row-table.js';

type Encoding = 'br' | 'gzip';

/** One way to answer, ready to be written. */
export interface Form {
  readonly status: 200 | 304;
  readonly bytes: Buffer | null;
  /** What is written: small bytes as latin-1 characters, since Node writes head and body at once only as strings. */
  readonly body: Buffer | string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

export interface PageBytes {
  readonly etag: string;
  readonly unchanged: Form;
  readonly plain: Form & { readonly bytes: Buffer };
  readonly encoded: Map<Encoding, Form>;
}

const ENCODERS: Readonly<Record<Encoding, (plain: Buffer) => Promise<Buffer>>> = {
  // Quality 5: a third smaller than gzip, and as fast.
  br: (plain) => promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: promisify(gzip),
};

/** Below this a page is one packet anyway. */
const WORTH_BYTES = 1024;

/** Up to here Node copies a string into memory that it has; beyond, bytes go as they are. */
const SMALL_BYTES = 12_288;

const bodyOf = (bytes: Buffer): Buffer | string => (bytes.length <= SMALL_BYTES ? bytes.toString('latin1') : bytes);

const fileName = (board: string, { target, format }: Query): string =>
  `${board}${target ? `.${target}` : ''}.${format}`;

type Page = Awaited<ReturnType<typeof leaderboardPage>>;

/** Each format as it is written and named. */
const FORMATS: Readonly<
  Record<Query['format'], { readonly type: string; write(page: Page, licence: string): Buffer }>
> = {
  json: {
    type: 'application/json; charset=utf-8',
    write: (page) => Buffer.from(JSON.stringify(Leaderboard.parse(page))),
  },
  csv: { type: 'text/csv; charset=utf-8', write: ({ rows }) => Buffer.from(toCsv(rows)) },
  parquet: {
    type: PARQUET,
    write: ({ board, rows }, licence) =>
      toParquet(rowTable(rows), { board: board.id, version: board.version, licence }),
  },
};

const render = async (context: ApiContext, board: string, query: Query): Promise<PageBytes> => {
  const page = await leaderboardPage(context, board, query);
  const { type: mediaType, write } = FORMATS[query.format];
  const plain = write(page, context.dataLicence);
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  const type: Record<string, string> = {
    'content-type': mediaType,
    ...(query.format === 'json' ? {} : { 'content-disposition': `attachment; filename="${fileName(board, query)}"` }),
  };
  const headers = Object.entries({ ...type, etag, 'cache-control': 'no-cache', vary: 'accept-encoding' }).flat();
  return {
    etag,
    unchanged: { status: 304, bytes: null, body: '', headers },
    plain: {
      status: 200,
      bytes: plain,
      body: bodyOf(plain),
      headers: [...headers, 'content-length', String(plain.length)],
    },
    encoded: new Map(),
  };
};

/** The page of a query; `url` names the same query again. */
export const pageBytes = (context: ApiContext, board: string, url: string, query: Query): Promise<PageBytes> =>
  context.boards.of(board, keyOf(url), async () => {
    const value = await render(context, board, query);
    // The compressed forms come later; together they are smaller than the plain one.
    return { value, bytes: 2 * value.plain.bytes.length };
  });

const keyOf = (url: string): string => `page ${viewAge()} ${url}`;

export const knownPage = (context: ApiContext, board: string, url: string): PageBytes | undefined =>
  context.boards.known<PageBytes>(board, keyOf(url));

/** `accept-encoding` as browsers and tools write it; `br;q=0` is nobody's. */
const encodingOf = (headers: IncomingHttpHeaders, { plain }: PageBytes): Encoding | null => {
  const accepted = headers['accept-encoding'];
  if (plain.bytes.length < WORTH_BYTES || typeof accepted !== 'string') return null;
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : null;
};

/** `If-None-Match` may name several (RFC 9110, 13.1.2). */
const hasIt = (headers: IncomingHttpHeaders, etag: string): boolean => {
  const names = headers['if-none-match'];
  return names !== undefined && (names === '*' || names.includes(etag));
};

/** What a request with these headers is answered with; null while the page has not been compressed that way yet. */
export const readyForm = (headers: IncomingHttpHeaders, page: PageBytes): Form | null => {
  if (hasIt(headers, page.etag)) return page.unchanged;
  const encoding = encodingOf(headers, page);
  return encoding === null ? page.plain : (page.encoded.get(encoding) ?? null);
};

const compressed = async ({ plain, unchanged, encoded }: PageBytes, encoding: Encoding): Promise<Form> => {
  const bytes = await ENCODERS[encoding](plain.bytes);
  const headers = [...unchanged.headers, 'content-length', String(bytes.length), 'content-encoding', encoding];
  const form: Form = { status: 200, bytes, body: bodyOf(bytes), headers };
  encoded.set(encoding, form);
  return form;
};

export const sendPage = async (
  { headers }: FastifyRequest,
  reply: FastifyReply,
  page: PageBytes,
): Promise<FastifyReply> => {
  const form = readyForm(headers, page) ?? (await compressed(page, encodingOf(headers, page)!));
  for (let i = 0; i < form.headers.length; i += 2) reply.header(form.headers[i]!, form.headers[i + 1]);
  return reply.code(form.status).send(form.bytes ?? undefined);
};
