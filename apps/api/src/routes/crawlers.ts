/** For machines that follow links: what they may read, and what pages there are. */
import { METHODS } from '@topiary/methods/catalogue';
import { addressOf } from '@topiary/tracks/catalogue';
import { boardViews } from '../boards.js';
import type { ApiContext, Route } from '../context.js';
import { wholeBoard } from '../leaderboard-page.js';
import { escapeHtml } from '../pages/head.js';
import { HEADS } from '../pages/heads.js';
import { siteOf } from '../pages/site-of.js';

/** Forms, searches and views of one person. Pictures and tables that pages name stay readable. */
const PRIVATE = ['/account', '/admin', '/sign-in', '/sign-up', '/reset-password', '/search', '/compare', '/api/v1/'];
const READABLE = ['/api/v1/boards/'];

const robots = (site: string): string =>
  [
    'User-agent: *',
    ...READABLE.map((path) => `Allow: ${path}`),
    ...PRIVATE.map((path) => `Disallow: ${path}`),
    '',
    `Sitemap: ${site}/sitemap.xml`,
    '',
  ].join('\n');

interface Entry {
  readonly path: string;
  readonly at?: string | null;
}

/** Of sitemaps.org: more would have to stand in several files. */
const MOST = 50_000;

const entries = async (context: ApiContext): Promise<readonly Entry[]> => {
  const fixed = Object.keys(HEADS).filter((path) => !path.includes(':') && !PRIVATE.includes(path));
  const methods = METHODS.map(({ kind, id }) => ({ path: `/methods/${kind}/${id}` }));
  const boards: Entry[] = [];
  for (const board of await boardViews(context)) {
    const address = addressOf(board);
    const { rows } = await wholeBoard(context, address);
    boards.push({ path: `/boards/${address}`, at: board.lastActivity });
    boards.push(...rows.map(({ id, at }) => ({ path: `/boards/${address}/rows/${id}`, at })));
  }
  return [...fixed.map((path) => ({ path })), ...methods, ...boards].slice(0, MOST);
};

const sitemap = (site: string, list: readonly Entry[]): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ...list.map(
      ({ path, at }) =>
        `<url><loc>${escapeHtml(site + encodeURI(path))}</loc>${at ? `<lastmod>${at.slice(0, 10)}</lastmod>` : ''}</url>`,
    ),
    '</urlset>',
    '',
  ].join('\n');

export const crawlers: Route = (app, context) => {
  app.get('/robots.txt', { schema: { hide: true } }, async (request, reply) =>
    reply
      .type('text/plain; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(robots(siteOf(context, request))),
  );
  app.get('/sitemap.xml', { schema: { hide: true } }, async (request, reply) =>
    reply
      .type('application/xml; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(sitemap(siteOf(context, request), await entries(context))),
  );
};
