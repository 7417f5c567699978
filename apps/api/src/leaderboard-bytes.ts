/** A page of a leaderboard as it goes over the wire: made once, kept with its ETag and its compressed forms. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { Leaderboard } from '@topiary/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext } from './context.js';
import { toCsv } from './csv.js';
import { leaderboardPage, viewAge } from './leaderboard-page.js';
import type { Query } from './leaderboard-query.js';

type Encoding = 'br' | 'gzip';

export interface PageBytes {
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The same, names and values in turn. */
  readonly headerLines: readonly string[];
  readonly plain: Buffer;
  readonly encoded: Map<Encoding, Buffer>;
}

const ENCODERS: Readonly<Record<Encoding, (plain: Buffer) => Promise<Buffer>>> = {
  // Quality 5: a third smaller than gzip, and as fast.
  br: (plain) => promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: promisify(gzip),
};

/** Below this a page is one packet anyway. */
const WORTH_BYTES = 1024;

const fileName = (board: string, { target }: Query): string => `${board}${target ? `.${target}` : ''}.csv`;

const render = async (context: ApiContext, board: string, query: Query): Promise<PageBytes> => {
  const page = await leaderboardPage(context, board, query);
  const isCsv = query.format === 'csv';
  const plain = Buffer.from(isCsv ? toCsv(page.rows) : JSON.stringify(Leaderboard.parse(page)));
  const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  const type: Record<string, string> = isCsv
    ? {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${fileName(board, query)}"`,
      }
    : { 'content-type': 'application/json; charset=utf-8' };
  const headers = { ...type, etag, 'cache-control': 'no-cache', vary: 'accept-encoding' };
  return { etag, headers, headerLines: Object.entries(headers).flat(), plain, encoded: new Map() };
};

/** The page of a query; `url` names the same query again. */
export const pageBytes = (context: ApiContext, board: string, url: string, query: Query): Promise<PageBytes> =>
  context.boards.of(board, keyOf(url), async () => {
    const value = await render(context, board, query);
    // The compressed forms come later; together they are smaller than the plain one.
    return { value, bytes: 2 * value.plain.length };
  });

const keyOf = (url: string): string => `page ${viewAge()} ${url}`;

export const knownPage = (context: ApiContext, board: string, url: string): PageBytes | undefined =>
  context.boards.known<PageBytes>(board, keyOf(url));

/** `accept-encoding` as browsers and tools write it; `br;q=0` is nobody's. */
const encodingOf = (request: FastifyRequest, { plain }: PageBytes): Encoding | null => {
  const accepted = request.headers['accept-encoding'];
  if (plain.length < WORTH_BYTES || typeof accepted !== 'string') return null;
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : null;
};

/** `If-None-Match` may name several (RFC 9110, 13.1.2). */
const hasIt = (request: FastifyRequest, etag: string): boolean => {
  const names = request.headers['if-none-match'];
  return names !== undefined && (names === '*' || names.includes(etag));
};

export interface Form {
  readonly status: 200 | 304;
  readonly bytes: Buffer | null;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/** What the request is answered with, where that is at hand; null while the page has not been compressed yet. */
export const chosenForm = (request: FastifyRequest, page: PageBytes): Form | null => {
  if (hasIt(request, page.etag)) return { status: 304, bytes: null, headers: page.headerLines };
  const encoding = encodingOf(request, page);
  const bytes = encoding === null ? page.plain : page.encoded.get(encoding);
  if (bytes === undefined) return null;
  const more = encoding === null ? [] : ['content-encoding', encoding];
  return { status: 200, bytes, headers: [...page.headerLines, 'content-length', String(bytes.length), ...more] };
};

export const sendPage = async (
  request: FastifyRequest,
  reply: FastifyReply,
  page: PageBytes,
): Promise<FastifyReply> => {
  reply.headers(page.headers);
  if (hasIt(request, page.etag)) return reply.code(304).send();
  const encoding = encodingOf(request, page);
  if (encoding === null) return reply.send(page.plain);
  const bytes = page.encoded.get(encoding) ?? (await ENCODERS[encoding](page.plain));
  page.encoded.set(encoding, bytes);
  return reply.header('content-encoding', encoding).send(bytes);
};
