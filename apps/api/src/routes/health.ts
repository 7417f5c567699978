/** `GET /healthz` the process lives; `GET /readyz` it can serve; `GET /metrics` for Prometheus, which brings a token. */
import { TopiaryError } from '@topiary/errors';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { backupAgeSeconds } from '../consumption.js';
import type { ApiContext, Route } from '../context.js';
import { answers, backgroundFailures, leaseExpiries } from '../counters.js';
import { guardOrToken } from '../plugins/auth.js';
import { liveWorkers } from '../queue-place.js';
import { checkRoom } from '../room.js';

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
  gauge(
    registry,
    'topiary_unserved_devices',
    'Classes of devices that runs wait for and no worker has',
    [],
    async () => {
      const [devices, workers] = await Promise.all([db.runs.waitingDevices(), liveWorkers(db)]);
      return [[{}, devices.filter((device) => !workers.some((worker) => worker.device === device)).length]];
    },
  );
  gauge(registry, 'topiary_served_seconds', 'Since a run was begun last', [], async () => {
    const { idleSeconds } = await db.runs.consumption();
    return idleSeconds === null ? [] : [[{}, idleSeconds]];
  });
  gauge(registry, 'topiary_backup_age_seconds', 'Age of the newest back-up', [], async () => {
    const age = backupAgeSeconds(await db.settings.get('backup:last'));
    return age === null ? [] : [[{}, age]];
  });
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

/** Workers begin after the server, so it counts from its own start, too: a full queue must not keep them from it. */
const checkMoves = async ({ db, limits }: ApiContext, uptimeSeconds: number): Promise<void> => {
  const { waitingSeconds, idleSeconds, underway } = await db.runs.consumption();
  const idle = Math.min(uptimeSeconds, waitingSeconds, idleSeconds ?? Number.POSITIVE_INFINITY);
  if (underway || idle < limits.stuckSeconds) return;
  throw new TopiaryError('TOPIARY_QUEUE_STUCK', {
    where: 'queue',
    expected: `a run begun within ${limits.stuckSeconds} s while others wait`,
    got: `none for ${Math.round(idle)} s`,
    cure: 'See that workers run, that they serve what the runs need, and what their logs say',
  });
};

export const health: Route = (app, context) => {
  const began = performance.now();
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
    await checkRoom(context, 0);
    await checkMoves(context, (performance.now() - began) / 1000);
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
