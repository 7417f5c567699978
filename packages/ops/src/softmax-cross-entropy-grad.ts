/**
 * SoftmaxCrossEntropyGrad: gradient of SoftmaxCrossEntropy.
 *
 * Inputs: log_prob [N, K], labels [N], dloss [], optional sample_weight [N]. Output: dlogits [N, K]. No attributes.
 * dlogits[n] = dloss · weight[n] / Σ weight · (exp(log_prob[n]) - onehot(labels[n])).
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const SoftmaxCrossEntropyGrad = defineOp({
  ...abstractOperator,
  type: 'SoftmaxCrossEntropyGrad',
  shape: (c) => [required(c, 0)],
});
