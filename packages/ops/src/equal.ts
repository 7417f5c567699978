/** Equal: is a equal to b, element by element? https://onnx.ai/onnx/operators/onnx__Equal.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { broadcastToBool } from './_rules.js';
import { compare, pointwise } from './_value.js';

export const Equal = defineOp({
  ...elementwiseHelper,
  type: 'Equal',
  since: 13,
  shape: broadcastToBool,
  value: pointwise(
    compare((a, b) => a === b),
    'bool',
  ),
});
