/** Builds the graph of a statistic with the loss in the form that it needs; what a task cannot give is refused by name. */
import type { Loss, StatisticGraph } from '@topiary/autodiff';
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import type { LossStatistic, Statistic } from './_statistic.js';

interface Form {
  readonly of: (loss: Loss) => Loss | null;
  readonly name: string;
}

const FORMS: Readonly<Record<LossStatistic['needs'], Form>> = {
  loss: { of: (loss) => loss, name: 'a loss' },
  'loss-per-example': { of: (loss) => loss.perExample(), name: 'a loss of each example by itself' },
  'loss-sampled': { of: (loss) => loss.sampled(), name: 'a loss whose labels can be drawn from the network' },
};

const lossFor = ({ id, needs }: LossStatistic, loss: Loss | null, by = ''): Loss => {
  const { of, name } = FORMS[needs];
  const found = loss && of(loss);
  if (found) return found;
  throw new TopiaryError('TOPIARY_METHODS_CANNOT_SERVE', {
    where: `${by}statistic ${id}`,
    expected: `a task with ${name}`,
    got: loss ? `loss ${loss.id}, which has none` : 'a task without a loss',
  });
};

/** Throws before anything is computed where a task's loss cannot serve a statistic; `by`: who wants it. */
export const assertLoss = (statistics: readonly Statistic[], loss: Loss | null, by?: string): void => {
  for (const statistic of statistics)
    if (statistic.needs !== 'forward') lossFor(statistic, loss, by === undefined ? '' : `${by}: `);
};

export interface StatisticOptions {
  readonly batch: number;
  /** The task's; null: it has none. */
  readonly loss: Loss | null;
}

export const statisticGraph = (
  statistic: Statistic,
  forward: Graph,
  { batch, loss }: StatisticOptions,
): StatisticGraph =>
  statistic.needs === 'forward'
    ? statistic.build(forward, { batch })
    : statistic.build(forward, { batch, loss: lossFor(statistic, loss) });
