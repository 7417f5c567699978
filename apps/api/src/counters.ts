/** Counts of this process that arise away from the routes; `/metrics` shows them with its own. */
import { Counter, Histogram } from 'prom-client';

export const leaseExpiries = new Counter({
  name: 'topiary_lease_expiries_total',
  help: 'Runs whose worker fell silent, by what became of them',
  labelNames: ['outcome'] as const,
  registers: [],
});

export const backgroundFailures = new Counter({
  name: 'topiary_background_failures_total',
  help: 'Turns of the relay, the reconciler and the sweeper that failed',
  labelNames: ['task'] as const,
  registers: [],
});

export const answers = new Histogram({
  name: 'topiary_http_seconds',
  help: 'Seconds to answer, by method, route and status',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  registers: [],
});
