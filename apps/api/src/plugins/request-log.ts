/** One line of log an answer, with the request's id, which the answer carries, too: `x-request-id`. */
import type { App } from '../context.js';

export const requestLog = (app: App): void => {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, who } = request;
    const line = {
      method,
      // Without what was asked: a search or a token is nobody's business.
      path: request.url.split('?')[0],
      route: routeOptions.url ?? null,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      account: who?.id ?? null,
      ip: request.ip,
    };
    if (routeOptions.url === '/healthz' || routeOptions.url === '/readyz') request.log.debug(line, 'answered');
    else request.log.info(line, 'answered');
  });
};
