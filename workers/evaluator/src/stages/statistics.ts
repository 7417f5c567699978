/** Collects what a criterion wants to know of the network beyond its weights, over batches of training data. */
import { crossEntropy, drawn, type Rng } from '@topiary/autodiff';
import {
  assertLoss,
  type PerInitializer,
  type Statistic,
  type Statistics,
  statisticGraph,
  statisticOf,
  type Wanted,
} from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { classificationFeeds, collect } from '@topiary/runtime';
import { batches, randomFrom } from '@topiary/zoo';
import type { Data, RunContext } from '../run-context.js';

/** Pictures that a batch of statistics stands for, however many of them a graph takes at a time. */
const BATCH = 128;
/** What those that need a gradient derive. */
const LOSS = crossEntropy();

/** What statistics need of a run. */
export type StatisticsContext = Pick<RunContext, 'compile' | 'lock' | 'signal'> & {
  readonly task: { readonly run: { readonly seed: number } };
};

export interface StatisticsRequest {
  readonly wanted: readonly Wanted[];
  readonly model: Graph;
  /** Of `BATCH` pictures each. */
  readonly batches: number;
  /** Varies the batches from one re-estimation to the next. */
  readonly round: number;
}

/** How many pictures go through the graph at a time, and how often. */
const portions = (statistic: Statistic, model: Graph, examples: number): { batch: number; steps: number } => {
  const batch = Math.min(statistic.batch(model), BATCH, examples);
  return { batch, steps: Math.max(1, Math.floor(examples / batch)) };
};

const collectOne = async (
  { compile, task, lock, signal }: StatisticsContext,
  { train }: Pick<Data, 'train'>,
  { model, round }: StatisticsRequest,
  { statistic, examples }: { readonly statistic: Statistic; readonly examples: number },
): Promise<PerInitializer> => {
  const { batch, steps } = portions(statistic, model, examples);
  const seed = task.run.seed * 1000 + round;
  const random = randomFrom(`statistic/${statistic.id}/${seed}`);
  const rng: Rng = () => random.unit();
  const graph = statisticGraph(statistic, model, { batch, loss: LOSS });
  async function* feeds() {
    // Statistics see the pictures as the network will: without augmentation.
    for await (const { images, labels } of batches(train, { batch, steps, seed })) {
      await lock.pause(signal);
      yield { ...classificationFeeds(model, images, labels), ...drawn(graph.draws, rng) };
    }
  }
  const { accumulate, size } = statistic;
  return statistic.finish(await collect(model, graph, feeds(), { ...compile, signal, accumulate, size }), graph);
};

export const collectStatistics = async (
  context: StatisticsContext,
  data: Pick<Data, 'train'>,
  request: StatisticsRequest,
): Promise<Statistics> => {
  const given = Math.min(request.batches * BATCH, data.train.length);
  assertLoss(
    request.wanted.map(({ statistic }) => statisticOf(statistic)),
    LOSS,
  );
  const found = new Map<string, PerInitializer>();
  for (const { statistic, examples } of request.wanted) {
    const enough = Math.min(given, examples ?? given);
    found.set(
      statistic,
      await collectOne(context, data, request, { statistic: statisticOf(statistic), examples: enough }),
    );
  }
  return found;
};
