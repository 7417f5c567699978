/** Counts of this process that arise away from the routes; `/metrics` shows them with the rest. */
import { Counter } from 'prom-client';

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
