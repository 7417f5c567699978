/** Headers and the Host check. */
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { TopiaryError } from '@topiary/errors';
import type { ApiContext, App } from '../context.js';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

const policy = {
  defaultSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  frameAncestors: ["'none'"],
  upgradeInsecureRequests: null,
};

const nameOf = (asked = ''): string => asked.replace(/:\d+$/, '');

/** A server on the loopback answers to loopback names only: a page elsewhere may point its own name here. */
export const isOurHost = (asked: string | undefined, host: string, publicUrl: string | null): boolean => {
  if (!LOOPBACK.has(host)) return true;
  const name = nameOf(asked);
  return LOOPBACK.has(name) || (publicUrl !== null && new URL(publicUrl).hostname === name);
};

export const security = async (app: App, { publicUrl }: ApiContext, host: string): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: { directives: policy },
    strictTransportSecurity: publicUrl?.startsWith('https:') ?? false,
  });
  await app.register(cookie);
  await app.register(compress, { threshold: 1024 });
  app.addHook('onRequest', async ({ headers }) => {
    if (isOurHost(headers.host, host, publicUrl)) return;
    throw new TopiaryError('TOPIARY_API_FORBIDDEN', {
      where: 'Host',
      expected: 'a loopback name, or PUBLIC_URL',
      got: nameOf(headers.host) || 'none',
    });
  });
};
