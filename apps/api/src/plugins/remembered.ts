/**
 * The short way for a leaderboard whose bytes are at hand. It is public and anybody may have it, so nothing is left to
 * do but the address's limit, the Host check and the headers that every answer carries; schemas, cookies and keys are
 * passed by. This hook writes to the socket itself: Fastify's own reply would cost as much as the rest.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { ApiContext, App } from '../context.js';
import { chosenForm, knownPage, type PageBytes } from '../leaderboard-bytes.js';
import { checkHost } from './security.js';

const LEADERBOARD = /^\/api\/v1\/boards\/([\w.-]+)\/leaderboard(?:\?|$)/;

/** Headers of one answer alone. */
const OWN = new Set(['content-type', 'content-length', 'date', 'connection', 'keep-alive', 'etag', 'vary']);

const write = (raw: ServerResponse, request: FastifyRequest, page: PageBytes, common: readonly string[]): boolean => {
  const form = chosenForm(request, page);
  if (form === null) return false;
  const { status, bytes, headers } = form;
  raw.writeHead(status, [...common, ...headers]);
  raw.end(bytes);
  return true;
};

/** After the address's limit, before everything else. */
export const remembered = (app: App, context: ApiContext, host: string): void => {
  /** What every answer carries (security headers): learnt from one of them. */
  let common: readonly string[] | null = null;
  const learn = async (): Promise<void> => {
    common = [];
    const { headers } = await app.inject({ url: '/healthz', headers: { host: 'localhost' } });
    common = Object.entries(headers).flatMap(([name, value]) => (OWN.has(name) ? [] : [name, String(value)]));
  };

  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET') return;
    const board = LEADERBOARD.exec(request.url)?.[1];
    const page = board === undefined ? undefined : knownPage(context, board, request.url);
    if (page === undefined) return;
    if (common === null) return void learn();
    if (common.length === 0) return;
    checkHost(request, host, context.publicUrl);
    if (write(reply.raw, request, page, common)) reply.hijack();
  });
};
