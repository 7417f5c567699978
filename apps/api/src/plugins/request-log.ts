/** What stays of an answer: a line of log with the request's id, which the answer carries (`x-request-id`), and a count. */
import type { FastifyBaseLogger } from 'fastify';
import type { App } from '../context.js';
import { answers } from '../counters.js';

export interface Answered {
  /** Where the log does not know it. */
  readonly reqId?: string;
  readonly method: string;
  /** Without what was asked: a search or a token is nobody's business. */
  readonly path: string;
  /** Null where no route fits. */
  readonly route: string | null;
  readonly status: number;
  readonly ms: number;
  readonly account: string | null;
  readonly ip: string;
}

const PROBES: ReadonlySet<string | null> = new Set(['/healthz', '/readyz']);

export const countAnswer = (method: string, route: string | null, status: number, ms: number): void => {
  // An event stream is one answer that lasts for hours.
  if (!route?.endsWith('/events'))
    answers.observe({ method, route: route ?? 'none', status: String(status) }, ms / 1000);
};

export const logAnswer = (log: FastifyBaseLogger, answered: Answered): void => {
  const line = { ...answered, ms: Math.round(answered.ms * 10) / 10 };
  if (PROBES.has(answered.route)) log.debug(line, 'answered');
  else log.info(line, 'answered');
};

export const pathOf = (url: string): string => url.split('?')[0]!;

export const requestLog = (app: App): void => {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, ip, who } = request;
    const route = request.routeOptions.url ?? null;
    const [status, ms] = [reply.statusCode, reply.elapsedTime];
    countAnswer(method, route, status, ms);
    logAnswer(request.log, { method, path: pathOf(url), route, status, ms, account: who?.id ?? null, ip });
  });
};
