/** Headers and the Host check. */
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { TopiaryError } from '@topiary/errors';
import type { ApiContext, App } from '../context.js';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Headers for browsers that nobody uses any more. */
const OBSOLETE = {
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: false, // `frame-ancestors` says it
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
};

const PAGE = {
  ...OBSOLETE,
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'self'"],
      // whoever tries a network in the page compiles it there
      scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
      upgradeInsecureRequests: null,
    },
  },
};

/** An answer that is no document may do nothing at all, and what else documents are told does not concern it. */
const DATA = {
  ...OBSOLETE,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  referrerPolicy: false,
};

const isData = (url: string): boolean => /^\/(api\/|healthz|readyz|metrics)/.test(url);

const nameOf = (asked = ''): string => asked.replace(/:\d+$/, '');

/** A server on the loopback answers to loopback names only: a page elsewhere may point its own name here. */
export const isOurHost = (asked: string | undefined, host: string, publicUrl: string | null): boolean => {
  if (!LOOPBACK.has(host)) return true;
  const name = nameOf(asked);
  return LOOPBACK.has(name) || (publicUrl !== null && new URL(publicUrl).hostname === name);
};

/** Addresses that pages of other sites may read: what is public, and what a key of theirs opens. No cookie is taken. */
const isReadable = (url: string): boolean => /^\/(api\/v1\/|openapi\.json)/.test(url);

/**
 * A server that others reach is read by every page. One on the loopback holds what its person has not shown to anybody:
 * pages of the same machine read it (a notebook, say), pages of the web do not.
 */
export const readers = (host: string, publicUrl: string | null): '*' | RegExp =>
  LOOPBACK.has(host) && publicUrl === null ? /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/ : '*';

const CORS = {
  methods: ['GET', 'HEAD'],
  allowedHeaders: ['Accept', 'Authorization', 'If-None-Match', 'Last-Event-ID'],
  exposedHeaders: ['ETag', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'],
  maxAge: 86_400,
  credentials: false,
};

export const security = async (app: App, { publicUrl }: ApiContext, host: string): Promise<void> => {
  app.addHook('onRoute', (route) => {
    if (isData(route.url)) route.helmet = { ...DATA, ...route.helmet };
  });
  await app.register(helmet, { ...PAGE, strictTransportSecurity: publicUrl?.startsWith('https:') ?? false });
  await app.register(cors, {
    delegator: ({ url = '' }: { url?: string | undefined }, done) =>
      done(null, isReadable(url) ? { ...CORS, origin: readers(host, publicUrl) } : { origin: false }),
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
