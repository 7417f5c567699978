/**
 * SliceGrad: gradient of a Slice with steps.
 *
 * Input: dy. Output: dx, as dy but for the sliced axes.
 * Attributes, all present, one number per sliced axis: axes (from the front), starts (position of the first element
 * taken), steps (not zero; negative counts down), sizes (of x along these axes).
 * dx is zero but for dx[starts + i · steps] = dy[i].
 */
import { intsOf } from '@topiary/onnx';
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { like, required } from './_rules.js';

export const SliceGrad = defineOp({
  ...abstractOperator,
  type: 'SliceGrad',
  shape: (c) => {
    const shape = [...required(c, 0).shape];
    const sizes = intsOf(c.node, 'sizes') ?? [];
    (intsOf(c.node, 'axes') ?? []).forEach((axis, i) => {
      shape[axis] = sizes[i]!;
    });
    return [like(required(c, 0), shape)];
  },
});
