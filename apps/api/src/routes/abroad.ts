/** What other places show of a board: badges of its rows, and a feed. */
import type { Board, Row } from '@topiary/contracts';
import { addressOf, trackOf } from '@topiary/tracks/catalogue';
import { z } from 'zod';
import { badgeOf, feedOf, outcomeText } from '../abroad.js';
import type { Route } from '../context.js';
import { momentOf, wholeBoard } from '../leaderboard-page.js';
import { noSuchRow } from '../named-row.js';
import { embedPage } from '../pages/embed.js';
import { siteOf } from '../pages/site-of.js';
import { boardPicture } from '../picture/plot.js';
import { toPng } from '../picture/png.js';
import { placeText } from '../place-text.js';

const Params = z.object({ board: z.string() });

const rowOf = (view: Board, rows: readonly Row[], id: string): Row => {
  const row = rows.find((one) => one.id === id);
  if (row) return row;
  throw noSuchRow(view, id);
};

/** Under the title of a picture. */
const sentenceOf = (view: Board, rows: readonly Row[], row: Row | undefined): string => {
  const metric = trackOf(view).metrics[0]!;
  if (row)
    return [view.title, outcomeText(row, metric), placeText(row, rows)].filter((part) => part !== null).join(' · ');
  const best = view.best.map(({ target, value }) => `${target} ${value.toFixed(metric.digits)} ${metric.unit}`.trim());
  return best.length > 0 ? `Best ${metric.title.toLowerCase()}: ${best.join(', ')}` : view.protocol;
};

/** Made to be shown on other sites. */
const CROSS_ORIGIN = { crossOriginResourcePolicy: { policy: 'cross-origin' } } as const;

/** A frame on whatever site; it runs nothing and loads one sheet of styles. */
const FRAMED = {
  ...CROSS_ORIGIN,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"], frameAncestors: ['*'] },
  },
};

const EmbedQuery = z.object({
  target: z.string().optional().describe('Such as `2x`; absent: the first of the board'),
  limit: z.coerce.number().int().min(1).max(100).default(10),
  as_of: z.string().optional(),
});

export const abroad: Route = (app, context) => {
  app.get(
    '/api/v1/boards/:board/rows/:row/badge.svg',
    {
      schema: {
        operationId: 'getRowBadge',
        summary: 'Badge of a row',
        description: 'A picture (SVG) with board, target, place and outcome of one row, for a README.',
        tags: ['boards'],
        params: Params.extend({ row: z.string() }),
        response: { 200: z.string() },
      },
      helmet: CROSS_ORIGIN,
    },
    async (request, reply) => {
      const { view, rows } = await wholeBoard(context, request.params.board);
      const row = rowOf(view, rows, request.params.row);
      return reply
        .type('image/svg+xml; charset=utf-8')
        .header('cache-control', 'public, max-age=300')
        .send(badgeOf(view, row, rows, trackOf(view).metrics[0]!));
    },
  );

  app.get(
    '/api/v1/boards/:board/feed.atom',
    {
      schema: {
        operationId: 'getBoardFeed',
        summary: 'Feed of a board',
        description: 'The fifty rows that changed last, the newest first, as Atom (RFC 4287).',
        tags: ['boards'],
        params: Params,
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { view, rows } = await wholeBoard(context, request.params.board);
      return reply
        .type('application/atom+xml; charset=utf-8')
        .header('cache-control', 'public, max-age=300')
        .send(feedOf(view, rows, trackOf(view).metrics[0]!, siteOf(context, request)));
    },
  );

  app.get(
    '/api/v1/boards/:board/picture.png',
    {
      schema: {
        operationId: 'getBoardPicture',
        summary: 'Picture of a board',
        description: 'Its plot as PNG, 1200 x 630, for previews of links; with `row` that row stands out.',
        tags: ['boards'],
        params: Params,
        querystring: z.object({ row: z.string().optional().describe('The id of a row') }),
      },
      helmet: CROSS_ORIGIN,
      config: { compress: false },
    },
    async (request, reply) => {
      const { view, rows } = await wholeBoard(context, request.params.board);
      const row = request.query.row === undefined ? undefined : rowOf(view, rows, request.query.row);
      // only an address that the operator has set: others would be as many pictures as somebody thinks of names
      const site = context.publicUrl ?? '';
      const png = await context.boards.of(addressOf(view), `picture ${row?.id ?? ''}`, async () => {
        const sentence = sentenceOf(view, rows, row);
        const svg = boardPicture({ board: view, track: trackOf(view), rows, sentence, site, ...(row ? { row } : {}) });
        const value = await toPng(svg);
        return { value, bytes: value.length };
      });
      return reply.type('image/png').header('cache-control', 'public, max-age=300').send(png) as never;
    },
  );

  app.get(
    '/embed/boards/:board',
    { schema: { hide: true, params: Params, querystring: EmbedQuery }, helmet: FRAMED },
    async (request, reply) => {
      const asOf = momentOf(request.query.as_of);
      const { view, rows } = await wholeBoard(context, request.params.board, asOf);
      const target = request.query.target ?? view.targets[0]?.label ?? '';
      const ofTarget = rows.filter((row) => row.target.label === target);
      return reply
        .type('text/html; charset=utf-8')
        .header('cache-control', 'public, max-age=300')
        .send(
          embedPage({
            board: view,
            rows: ofTarget,
            limit: request.query.limit,
            target,
            site: siteOf(context, request),
            asOf: asOf?.toISOString() ?? null,
          }),
        ) as never;
    },
  );
};
