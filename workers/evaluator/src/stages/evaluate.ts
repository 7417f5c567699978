/** Evaluate: the task's metrics on the test split, in its own order. */
import type { RunMetric } from '@topiary/contracts';
import type { Pipeline } from '@topiary/pipeline';
import type { BoundTask, Evaluation } from '@topiary/tasks';
import { ownCompute } from '../compute.js';
import type { RunContext } from '../run-context.js';

export const evaluateOn = (
  context: Pick<RunContext, 'compile' | 'lock' | 'signal'>,
  pipeline: Pipeline,
  task: BoundTask,
  progress: (share: number) => void = () => undefined,
): Promise<Evaluation> => task.evaluate(pipeline, 'test', ownCompute(context), { progress });

export const metricsOf = (phase: string, { values, n }: Evaluation): RunMetric[] =>
  Object.entries(values).map(([id, value]) => ({ id, phase, value, n }));

/** The metric that ranks, in words. */
export const outcomeText = ({ metrics }: Pick<BoundTask, 'metrics'>, { values }: Evaluation): string => {
  const { id, title, unit, digits } = metrics[0]!;
  return `${title} ${values[id]!.toFixed(digits)} ${unit}`.trim();
};
