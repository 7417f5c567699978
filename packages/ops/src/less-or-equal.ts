/** LessOrEqual: is a less than b or equal to it, element by element? https://onnx.ai/onnx/operators/onnx__LessOrEqual.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { broadcastToBool } from './_rules.js';
import { compare, pointwise } from './_value.js';

export const LessOrEqual = defineOp({
  ...elementwiseHelper,
  type: 'LessOrEqual',
  since: 16,
  shape: broadcastToBool,
  value: pointwise(
    compare((a, b) => a <= b),
    'bool',
  ),
});
