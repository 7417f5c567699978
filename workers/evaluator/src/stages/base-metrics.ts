/** Metrics of the base model: recorded when it was admitted, and valid for the same test split. */
import type { RunMetric } from '@topiary/contracts';
import type { Data, RunContext } from '../run-context.js';

export const baseMetrics = ({ task }: RunContext, { testHash }: Data): RunMetric[] | null =>
  task.model.splitHash === testHash
    ? task.model.metrics.map((metric) => ({ ...metric, phase: 'base' as const }))
    : null;
