/** Metrics of the base model: recorded when it was admitted, and valid for the same test split. */
import type { RunMetric } from '@topiary/contracts';
import type { BoundTask } from '@topiary/tasks';
import type { RunContext } from '../run-context.js';

export const baseMetrics = ({ job }: RunContext, { hash }: Pick<BoundTask, 'hash'>): RunMetric[] | null =>
  job.model.splitHash === hash ? job.model.metrics.map((metric) => ({ ...metric, phase: 'base' })) : null;
