/**
 * ConvInputGrad: gradient of a convolution with respect to its input.
 *
 * Inputs: dy [N, K, …out], w [K, C/group, …kernel]. Output: dx [N, C, …input_shape].
 * Attributes, all present: kernel_shape, strides, dilations, pads, group of the Conv; input_shape (spatial sizes of x).
 * dx[n, c, p] = Σ_k Σ_t w[k, c, t] · dy[n, k, q] over the q, t with q · stride + t · dilation - pad = p.
 */
import { elementsAt, intOf, intsOf } from '@topiary/onnx';
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { fixedDim, required } from './_rules.js';

export const ConvInputGrad = defineOp({
  ...abstractOperator,
  type: 'ConvInputGrad',
  shape: (c) => {
    const [dy, w] = [required(c, 0), required(c, 1)];
    const channels = fixedDim(w.shape[1], c.node) * intOf(c.node, 'group', 1);
    return [{ type: dy.type, shape: [dy.shape[0]!, channels, ...(intsOf(c.node, 'input_shape') ?? [])] }];
  },
  // as many products as the convolution itself
  macs: ({ x }) => {
    const macs = elementsAt(x[0]!.shape) * elementsAt(x[1]!.shape.slice(1));
    return { pure: macs, published: macs };
  },
});
