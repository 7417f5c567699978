/** GreaterOrEqual: is a greater than b or equal to it, element by element? https://onnx.ai/onnx/operators/onnx__GreaterOrEqual.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { broadcastToBool } from './_rules.js';
import { compare, pointwise } from './_value.js';

export const GreaterOrEqual = defineOp({
  ...elementwiseHelper,
  type: 'GreaterOrEqual',
  since: 16,
  shape: broadcastToBool,
  value: pointwise(
    compare((a, b) => a >= b),
    'bool',
  ),
});
