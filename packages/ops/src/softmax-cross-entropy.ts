/**
 * SoftmaxCrossEntropy: cross-entropy of class labels.
 *
 * Inputs: logits [N, K], labels [N] (int32 or int64), optional sample_weight [N]. Outputs: loss [], log_prob [N, K].
 * No attributes. log_prob = log softmax(logits) over the last axis; with weights 1 where there are none,
 * loss = - Σ_n weight[n] · log_prob[n, labels[n]] / Σ_n weight[n].
 */
import { abstract, abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const SoftmaxCrossEntropy = defineOp({
  ...abstractOperator,
  type: 'SoftmaxCrossEntropy',
  shape: (c) => [{ type: required(c, 0).type, shape: [] }, required(c, 0)],
  gradient: ({ b, x, y, dY }) => {
    if (!dY[0]) return x.map(() => null);
    const dLogits = abstract(b, 'SoftmaxCrossEntropyGrad', [y[1]!, x[1]!, dY[0], ...x.slice(2)]);
    return [dLogits, ...x.slice(1).map(() => null)];
  },
});
