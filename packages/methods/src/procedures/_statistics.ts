/** Collects what a criterion wants to know of a network beyond its weights, over batches of training data. */
import { drawn, type Rng } from '@topiary/autodiff';
import type { Graph } from '@topiary/onnx';
import type { Pipeline } from '@topiary/pipeline';
import type { Wanted } from '../criteria/_criterion.js';
import { statisticOf } from '../registry.js';
import { assertLoss, statisticGraph } from '../statistics/_graph.js';
import type { PerInitializer, Statistic, Statistics } from '../statistics/_statistic.js';
import type { ProcedureContext } from './_procedure.js';

/** Examples that a batch of statistics stands for, however many of them a graph takes at a time. */
const BATCH = 128;

/** What statistics need of a run. */
export type StatisticsContext = Pick<ProcedureContext, 'task' | 'seed' | 'random' | 'gather' | 'pause'>;

export interface StatisticsRequest {
  readonly wanted: readonly Wanted[];
  readonly pipeline: Pipeline;
  /** The pipeline as one graph. */
  readonly graph: Graph;
  /** Of `BATCH` examples each. */
  readonly batches: number;
  /** Varies the batches from one re-estimation to the next. */
  readonly round: number;
}

/** How many examples go through the graph at a time, and how often. */
const portions = (statistic: Statistic, graph: Graph, examples: number): { batch: number; steps: number } => {
  const batch = Math.min(statistic.batch(graph), BATCH, examples);
  return { batch, steps: Math.max(1, Math.floor(examples / batch)) };
};

const collectOne = async (
  { task, seed, random, gather, pause }: StatisticsContext,
  { pipeline, graph: forward, round }: StatisticsRequest,
  { statistic, examples }: { readonly statistic: Statistic; readonly examples: number },
): Promise<PerInitializer> => {
  const { batch, steps } = portions(statistic, forward, examples);
  const own = seed * 1000 + round;
  const stream = random(`statistic/${statistic.id}/${own}`);
  const rng: Rng = () => stream.unit();
  const graph = statisticGraph(statistic, forward, { batch, loss: task.loss(null) });
  async function* feeds() {
    // Statistics see examples as the network will: without augmentation.
    for await (const one of task.batches(pipeline, { from: 'train', batch, steps, seed: own, plain: true })) {
      await pause();
      yield { ...one, ...drawn(graph.draws, rng) };
    }
  }
  return statistic.finish(await gather(forward, graph, feeds(), statistic), graph);
};

export const collectStatistics = async (
  context: StatisticsContext,
  request: StatisticsRequest,
): Promise<Statistics> => {
  const given = Math.min(request.batches * BATCH, context.task.examples.train);
  assertLoss(
    request.wanted.map(({ statistic }) => statisticOf(statistic)),
    context.task.loss(null),
  );
  const found = new Map<string, PerInitializer>();
  for (const { statistic, examples } of request.wanted) {
    const enough = Math.min(given, examples ?? given);
    found.set(statistic, await collectOne(context, request, { statistic: statisticOf(statistic), examples: enough }));
  }
  return found;
};
