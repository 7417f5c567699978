/** Beside the task's own evaluation, a second way: labels and loss inside the graph. Runs a network over a data set: which examples are right, top-1, mean loss. The batch may differ from run to run. */
import { evaluationGraph } from '@topiary/autodiff';
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';
import { type CompileOptions, compile, type Feeds } from '@topiary/runtime';

export interface EvaluateOptions extends CompileOptions {
  /** Called after each batch with the number of examples seen. */
  readonly onBatch?: (seen: number) => void;
}

export interface Evaluation {
  readonly n: number;
  /** 1 where the largest logit stands at the label, in the order of the examples. */
  readonly correct: Uint8Array;
  /** Ratio of correct examples, 0 … 1. */
  readonly top1: number;
  /** Mean cross-entropy, summed over batches in double precision. */
  readonly loss: number;
}

export const evaluate = async (
  forward: Graph,
  batches: Iterable<Feeds> | AsyncIterable<Feeds>,
  options: EvaluateOptions = {},
): Promise<Evaluation> => {
  const graph = evaluationGraph(forward);
  const session = await compile(graph.graph, { level: 'all', ...options });
  const correct: number[] = [];
  let total = 0;
  try {
    for await (const feeds of batches) {
      const results = await session.run(feeds);
      const hits = results[graph.hits]!.data;
      total += Number(results[graph.loss]!.data[0]) * hits.length;
      for (const hit of hits) correct.push(Number(hit));
      options.onBatch?.(correct.length);
    }
  } finally {
    await session.release();
  }
  const n = correct.length;
  if (!Number.isFinite(total)) {
    throw new TopiaryError('TOPIARY_RUNTIME_NOT_FINITE', {
      where: `evaluation of '${forward.name}'`,
      expected: 'a finite loss',
      got: String(total),
    });
  }
  const right = correct.reduce((sum, hit) => sum + hit, 0);
  return { n, correct: Uint8Array.from(correct), top1: right / n, loss: total / n };
};
