/** Cross-entropy of class labels, mean over the batch, and the number of examples that are right. */
import { type GraphBuilder, int } from '@topiary/onnx';
import type { Loss } from './_loss.js';

/** Name of the input that holds the classes, int32 [N]. */
export const LABELS = 'labels';

const FLOAT = 1;
const INT64 = 7;

/** Which rows of the logits have their largest entry at the label: float32 [N] of 0 and 1. */
export const correctness = (b: GraphBuilder, logits: string, labels: string): string => {
  const guess = b.op('ArgMax', [logits], { axis: int(-1), keepdims: int(0) });
  return b.op('Cast', [b.op('Equal', [guess, b.op('Cast', [labels], { to: int(INT64) })])], { to: int(FLOAT) });
};

export const crossEntropy = (): Loss => ({
  id: 'cross-entropy',
  build: ({ b, outputs }) => {
    const logits = outputs[0]!; // [N, classes]
    const labels = b.input(LABELS, 'int32', b.shape(logits).slice(0, 1));
    const [loss] = b.ops('SoftmaxCrossEntropy', [logits, labels], {}, { domain: 'topiary', outputs: 2 });
    const correct = b.op('ReduceSum', [correctness(b, logits, labels)], { keepdims: int(0) });
    return { loss: loss!, metrics: { correct } };
  },
});
