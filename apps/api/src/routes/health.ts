/** `GET /healthz` the process lives; `GET /readyz` it can serve; `GET /metrics` for Prometheus. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Route } from '../context.js';

export const health: Route = (app, { db, queueCounts }) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'topiary_http_seconds',
    help: 'Seconds to answer, by route and status',
    labelNames: ['route', 'status'] as const,
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const runs = new Gauge({
    name: 'topiary_runs',
    help: 'Runs by state',
    labelNames: ['state'] as const,
    registers: [registry],
    collect: async () => {
      for (const [state, count] of Object.entries(await db.runs.counts())) runs.set({ state }, count);
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    if (!route.endsWith('/events'))
      requests.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
  });
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async () => {
    await db.ping();
    await queueCounts();
    return { status: 'ready' };
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
};
