/** OneHot: rows with one `on` value. https://onnx.ai/onnx/operators/onnx__OneHot.html */
import { intOf } from '@topiary/onnx';
import { wholeHelper } from './_helper.js';
import { defineOp, noValue } from './_op.js';
import { fromFront, like, required, requiredSizes } from './_rules.js';

export const OneHot = defineOp({
  ...wholeHelper,
  type: 'OneHot',
  since: 11,
  // inputs: indices, depth, [off, on]
  shape: (c) => {
    const shape = [...required(c, 0).shape];
    const axis = fromFront(intOf(c.node, 'axis', -1), shape.length + 1, c.node);
    shape.splice(axis, 0, requiredSizes(c, 1)[0]!);
    return [like(required(c, 2), shape)];
  },
  value: noValue,
});
