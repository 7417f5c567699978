/** `GET /healthz` the process lives; `GET /readyz` it can serve; `GET /metrics` for Prometheus, which brings a token. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ApiContext, Route } from '../context.js';
import { answers, backgroundFailures, leaseExpiries } from '../counters.js';
import { guardOrToken } from '../plugins/auth.js';
import { liveWorkers } from '../queue-place.js';

/** A gauge that is read when Prometheus asks. */
const gauge = <L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[],
  read: () => Promise<readonly [Partial<Record<L, string>>, number][]>,
): Gauge<L> =>
  new Gauge<L>({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      this.reset();
      for (const [labels, value] of await read()) this.set(labels, value);
    },
  });

const gauges = (registry: Registry, { db, queueCounts }: ApiContext): void => {
  gauge(registry, 'topiary_runs', 'Runs by state', ['state'], async () =>
    Object.entries(await db.runs.counts()).map(([state, count]) => [{ state }, count]),
  );
  gauge(registry, 'topiary_queue_jobs', 'Jobs in the queue by state', ['state'], async () =>
    Object.entries(await queueCounts()).map(([state, count]) => [{ state }, count]),
  );
  gauge(registry, 'topiary_queue_wait_seconds', 'How long the run that waits longest has waited', [], async () => [
    [{}, await db.runs.longestWait()],
  ]);
  gauge(registry, 'topiary_outbox_unsent', 'Jobs that are not in the queue yet', [], async () => [
    [{}, (await db.outbox.lag()).unsent],
  ]);
  gauge(registry, 'topiary_outbox_lag_seconds', 'Age of the oldest of them', [], async () => [
    [{}, (await db.outbox.lag()).seconds],
  ]);
  gauge(registry, 'topiary_workers', 'Workers that have reported lately', ['state'], async () => {
    const workers = await liveWorkers(db);
    const busy = workers.filter((worker) => worker.busy).length;
    return [
      [{ state: 'busy' }, busy],
      [{ state: 'idle' }, workers.length - busy],
    ];
  });
};

export const health: Route = (app, context) => {
  const { db, queueCounts, metricsToken } = context;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(answers);
  registry.registerMetric(leaseExpiries);
  registry.registerMetric(backgroundFailures);
  gauges(registry, context);
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async () => {
    await db.ping();
    await queueCounts();
    return { status: 'ready' };
  });
  app.get(
    '/metrics',
    { onRequest: guardOrToken('admin'), config: { token: metricsToken }, schema: { hide: true } },
    async (_request, reply) => {
      reply.type(registry.contentType).header('cache-control', 'no-store');
      return registry.metrics();
    },
  );
};
