/** Evaluate: top-1 and cross-entropy on the test split, in its own order. */
import type { Phase, RunMetric } from '@topiary/contracts';
import type { Graph } from '@topiary/onnx';
import { classificationFeeds, type Evaluation, evaluate } from '@topiary/runtime';
import { inOrder } from '@topiary/zoo';
import type { Data, RunContext } from '../run-context.js';

export const evaluateOn = async (
  { compile, protocol, lock, signal }: Pick<RunContext, 'compile' | 'protocol' | 'lock' | 'signal'>,
  model: Graph,
  { test }: Pick<Data, 'test'>,
  progress: (share: number) => void = () => undefined,
): Promise<Evaluation> => {
  async function* feeds() {
    for await (const { images, labels } of inOrder(test, protocol.evaluationBatch)) {
      await lock.pause(signal);
      yield classificationFeeds(model, images, labels);
    }
  }
  return evaluate(model, feeds(), { ...compile, signal, onBatch: (seen) => progress(seen / test.length) });
};

export const metricsOf = (phase: Phase, { top1, loss, n }: Evaluation): RunMetric[] => [
  { id: 'top1', phase, value: 100 * top1, n },
  { id: 'loss', phase, value: loss, n },
];
