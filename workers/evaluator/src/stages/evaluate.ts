/** Evaluate: the task's metrics on the test split, in its own order. */
import type { RunMetric } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
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

/** Refuses a number that is none: on its way to the database it would become nothing, and rank as 0. */
export const metricsOf = (phase: string, { values, n }: Evaluation): RunMetric[] =>
  Object.entries(values).map(([id, value]) => {
    if (Number.isFinite(value)) return { id, phase, value, n };
    throw new TopiaryError('TOPIARY_RUNTIME_NOT_FINITE', {
      where: `${id} of the network, ${phase}`,
      expected: 'a finite number',
      got: String(value),
    });
  });

/** The metric that ranks, in words. */
export const outcomeText = ({ metrics }: Pick<BoundTask, 'metrics'>, { values }: Evaluation): string => {
  const { id, title, unit, digits } = metrics[0]!;
  return `${title} ${values[id]!.toFixed(digits)} ${unit}`.trim();
};
