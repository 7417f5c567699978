/** The built web site: hashed assets for a year, and for every address of a page the page with a head of its own. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiContext, App } from '../context.js';
import { type Head, withHead } from '../pages/head.js';
import { HEADS, nowhere } from '../pages/heads.js';
import { readPreloads } from '../pages/preloads.js';
import { siteOf } from '../pages/site-of.js';
import { notFound } from './problems.js';

/** A browser that follows a link; a program is told in a problem that there is nothing. */
const wantsPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  !/^\/(api|assets)\//.test(url) &&
  (headers.accept ?? '').includes('text/html');

export const site = async (app: App, context: ApiContext, folder: string): Promise<void> => {
  const index = join(folder, 'index.html');
  if (!existsSync(index)) {
    app.setNotFoundHandler(notFound);
    return;
  }
  const page = readFileSync(index, 'utf8');
  const preloads = await readPreloads(folder);
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    // made when the site was built
    preCompressed: true,
    globIgnore: ['**/*.br', '**/*.gz'],
    setHeaders: (reply, path) => {
      reply.header(
        'cache-control',
        path.includes(`${join(folder, 'assets')}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  const send = (request: FastifyRequest, reply: FastifyReply, head: Head, status: number, ahead = '') =>
    reply
      .code(status)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(withHead(page, head, siteOf(context, request), ahead));
  const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0]!;

  await app.register(async (pages) => {
    for (const [path, find] of Object.entries(HEADS))
      pages.get(path, { schema: { hide: true } }, async (request, reply) => {
        const params = request.params as Record<string, string>;
        const head = await find(context, params, siteOf(context, request), request.who);
        return head === null
          ? send(request, reply, nowhere(pathOf(request)), 404)
          : send(request, reply, head, 200, preloads(path, params));
      });
  });
  app.setNotFoundHandler((request, reply) =>
    wantsPage(request) ? send(request, reply, nowhere(pathOf(request)), 404) : notFound(request, reply),
  );
};
