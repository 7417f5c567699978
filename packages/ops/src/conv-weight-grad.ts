/**
 * ConvWeightGrad: gradient of a convolution with respect to its weight.
 *
 * Inputs: x [N, C, …in], dy [N, K, …out]. Output: dw [K, C/group, …kernel_shape].
 * Attributes, all present: kernel_shape, strides, dilations, pads, group of the Conv; per_sample (0): with 1 the sum
 * over the batch is left out and dw has shape [N, K, C/group, …kernel_shape] (statistics of single examples).
 * dw[k, c, t] = Σ_n Σ_q x[n, c, q · stride + t · dilation - pad] · dy[n, k, q], x being zero outside.
 */
import { elementsAt, intOf, intsOf } from '@topiary/onnx';
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { fixedDim, required } from './_rules.js';

export const ConvWeightGrad = defineOp({
  ...abstractOperator,
  type: 'ConvWeightGrad',
  shape: (c) => {
    const [x, dy] = [required(c, 0), required(c, 1)];
    const inner = fixedDim(x.shape[1], c.node) / intOf(c.node, 'group', 1);
    const weight = [dy.shape[1]!, inner, ...(intsOf(c.node, 'kernel_shape') ?? [])];
    return [{ type: x.type, shape: intOf(c.node, 'per_sample', 0) ? [x.shape[0]!, ...weight] : weight }];
  },
  // as many products as the convolution itself
  macs: ({ node, x, y }) => {
    const weight = y[0]!.shape.slice(intOf(node, 'per_sample', 0) + 1);
    const macs = elementsAt(x[1]!.shape) * elementsAt(weight);
    return { pure: macs, published: macs };
  },
});
