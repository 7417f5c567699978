/** Collects what a criterion wants to know of the network beyond its weights, over batches of training data. */
import { type Statistics, statisticOf } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { classificationFeeds, collect } from '@topiary/runtime';
import { batches } from '@topiary/zoo';
import type { Data, RunContext } from '../run-context.js';

const BATCH = 128;

export interface StatisticsRequest {
  readonly needs: readonly string[];
  readonly model: Graph;
  readonly batches: number;
  /** Varies the batches from one re-estimation to the next. */
  readonly round: number;
}

export const collectStatistics = async (
  { compile, task, lock, signal }: RunContext,
  { train }: Data,
  { needs, model, batches: steps, round }: StatisticsRequest,
): Promise<Statistics> => {
  const found = new Map<string, ReturnType<ReturnType<typeof statisticOf>['finish']>>();
  const batch = Math.min(BATCH, train.length);
  async function* feeds() {
    // Statistics see the pictures as the network will: without augmentation.
    for await (const { images, labels } of batches(train, { batch, steps, seed: task.run.seed * 1000 + round })) {
      await lock.pause(signal);
      yield classificationFeeds(model, images, labels);
    }
  }
  for (const id of needs) {
    const { build, accumulate, finish } = statisticOf(id);
    const graph = build(model, { batch });
    found.set(id, finish(await collect(model, graph, feeds(), { ...compile, signal, accumulate }), graph));
  }
  return found;
};
