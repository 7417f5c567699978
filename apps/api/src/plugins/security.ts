/** Headers, limits and the Host check. A server on the loopback answers to loopback names only (DNS rebinding). */
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
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

export const security = async (app: App, { publicUrl }: ApiContext, host: string): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: { directives: policy },
    strictTransportSecurity: publicUrl?.startsWith('https:') ?? false,
  });
  await app.register(cookie);
  await app.register(compress, { threshold: 1024 });
  await app.register(rateLimit, {
    max: 600,
    timeWindow: '1 minute',
    allowList: (request) => request.url === '/healthz' || request.url === '/readyz',
    errorResponseBuilder: (_request, { after }) =>
      new TopiaryError('TOPIARY_API_RATE_LIMITED', { expected: `another try after ${after}` }),
  });
  if (!LOOPBACK.has(host)) return;
  app.addHook('onRequest', async (request) => {
    const name = (request.headers.host ?? '').replace(/:\d+$/, '');
    const allowed = LOOPBACK.has(name) || (publicUrl !== null && new URL(publicUrl).hostname === name);
    if (!allowed)
      throw new TopiaryError('TOPIARY_API_FORBIDDEN', {
        where: 'Host',
        expected: 'a loopback name, or PUBLIC_URL',
        got: name || 'none',
      });
  });
};
