/** The built web site: hashed assets for a year, every other address answers with the page (it routes by itself). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App } from '../context.js';
import { notFound } from './problems.js';

const isPage = (url: string, accept: string): boolean =>
  !url.startsWith('/api/') && !url.startsWith('/assets/') && accept.includes('text/html');

export const site = async (app: App, folder: string): Promise<void> => {
  const built = existsSync(join(folder, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      setHeaders: (reply, path) => {
        reply.header(
          'cache-control',
          path.includes(`${join(folder, 'assets')}`) ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === 'GET' && isPage(request.url, request.headers.accept ?? '');
    return built && wantsPage ? reply.sendFile('index.html') : notFound(request, reply);
  });
};
