/**
 * The short way for a leaderboard whose bytes are at hand. It is public and anybody may have it, so nothing is left to
 * do but the address's limit, the Host check, the headers that every answer carries, and the note that it was answered.
 * It stands before Fastify, whose router, hooks and reply would cost more than the answer; whatever is not plainly its
 * own business it hands on.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';
import type { ApiContext, App } from '../context.js';
import { type Form, knownPage, readyForm } from '../leaderboard-bytes.js';
import type { AddressLimit } from './limits.js';
import { countAnswer, logAnswer, pathOf } from './request-log.js';
import { isOurHost } from './security.js';

const LEADERBOARD = /^\/api\/v1\/boards\/([\w.-]+)\/leaderboard(?:\?|$)/;
const ROUTE = '/api/v1/boards/:board/leaderboard';

/** An address of the same kind that costs nothing. */
const LEARNT_FROM = '/api/v1/session/ways';

/** Levels at which answers are logged. */
const LOGGING = new Set(['info', 'debug', 'trace']);

/** Headers of one answer alone. */
const OWN = new Set([
  'content-type',
  'content-length',
  'date',
  'connection',
  'keep-alive',
  'etag',
  'vary',
  'ratelimit',
  'ratelimit-policy',
  'x-request-id',
]);

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What Fastify gives to a server of its own. */
interface Timeouts {
  readonly keepAliveTimeout: number;
  readonly requestTimeout: number;
}

/** Only a whole app knows its limit and its headers. */
interface Opened {
  readonly app: App;
  readonly limit: AddressLimit;
}

export interface ShortWayOptions {
  readonly host: string;
  /** Proxies whose word about an address is taken. */
  readonly trustProxy: readonly string[];
  readonly timeouts: Timeouts;
}

export interface ShortWay {
  readonly serverFactory: (handler: Handler) => Server;
  open(app: App, limit: AddressLimit): void;
}

export const shortWay = (context: ApiContext, { host, trustProxy, timeouts }: ShortWayOptions): ShortWay => {
  let opened: Opened | null = null;
  /** What every answer carries (security headers): learnt from one of them. */
  let common: readonly string[] | null = null;

  const learn = async (app: App): Promise<void> => {
    common = [];
    const { headers } = await app.inject({ url: LEARNT_FROM, headers: { host: 'localhost' } });
    common = Object.entries(headers).flatMap(([name, value]) => (OWN.has(name) ? [] : [name, String(value)]));
  };

  const isReady = (app: App): boolean => {
    if (common === null)
      learn(app).catch(() => {
        common = null;
      });
    return common !== null && common.length > 0;
  };

  /** The same as Fastify's `request.ip`. */
  const trusted = trustProxy.length === 0 ? null : proxyAddress.compile([...trustProxy]);
  const addressOf = (request: IncomingMessage): string =>
    trusted === null ? (request.socket.remoteAddress ?? '') : proxyAddress(request, trusted);

  /** A form's headers with the common ones before them, put together once. */
  const whole = new WeakMap<Form, readonly string[]>();
  const headersOf = (form: Form): readonly string[] => {
    const known = whole.get(form);
    if (known) return known;
    const made = [...(common ?? []), ...form.headers];
    whole.set(form, made);
    return made;
  };

  const formFor = ({ method, url = '', headers }: IncomingMessage): Form | null => {
    // which other site may read it, the long way says
    const board = method === 'GET' && headers.origin === undefined ? LEADERBOARD.exec(url)?.[1] : undefined;
    const page = board === undefined ? undefined : knownPage(context, board, url);
    if (page === undefined || !isOurHost(headers.host, host, context.publicUrl)) return null;
    return readyForm(headers, page);
  };

  const serve = ({ app, limit }: Opened, request: IncomingMessage, response: ServerResponse, form: Form): boolean => {
    const began = performance.now();
    const ip = addressOf(request);
    if (!limit.allows(ip)) return false;
    const reqId = randomUUID();
    const { status, body } = form;
    response.writeHead(status, [...headersOf(form), 'x-request-id', reqId]);
    response.end(body, 'latin1');
    const ms = performance.now() - began;
    countAnswer('GET', ROUTE, status, ms);
    // A line that nobody keeps would cost as much as the limit.
    if (LOGGING.has(app.log.level)) {
      const path = pathOf(request.url!);
      logAnswer(app.log, { reqId, method: 'GET', path, route: ROUTE, status, ms, account: null, ip });
    }
    return true;
  };

  return {
    serverFactory: (handler) =>
      createServer({ ...timeouts }, (request, response) => {
        const form = formFor(request);
        if (form !== null && opened !== null && isReady(opened.app) && serve(opened, request, response, form)) return;
        handler(request, response);
      }),
    open: (app, limit) => {
      opened = { app, limit };
    },
  };
};
