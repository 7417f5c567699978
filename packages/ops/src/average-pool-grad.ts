/**
 * AveragePoolGrad: gradient of AveragePool.
 *
 * Input: dy [N, C, …out]. Output: dx [N, C, …input_shape].
 * Attributes, all present: kernel_shape, strides, dilations, pads, ceil_mode, count_include_pad of the AveragePool;
 * input_shape (spatial sizes of x).
 * dx[p] = Σ dy[q] / count[q] over the windows q that hold p; count is the window's size, without padding unless
 * count_include_pad is 1.
 */
import { intsOf } from '@topiary/onnx';
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const AveragePoolGrad = defineOp({
  ...abstractOperator,
  type: 'AveragePoolGrad',
  shape: (c) => {
    const dy = required(c, 0);
    return [{ type: dy.type, shape: [...dy.shape.slice(0, 2), ...(intsOf(c.node, 'input_shape') ?? [])] }];
  },
});
