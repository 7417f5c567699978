/** Greater: is a greater than b, element by element? https://onnx.ai/onnx/operators/onnx__Greater.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { broadcastToBool } from './_rules.js';
import { compare, pointwise } from './_value.js';

export const Greater = defineOp({
  ...elementwiseHelper,
  type: 'Greater',
  since: 13,
  shape: broadcastToBool,
  value: pointwise(
    compare((a, b) => a > b),
    'bool',
  ),
});
