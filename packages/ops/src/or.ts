/** Or: is one of them true, element by element? https://onnx.ai/onnx/operators/onnx__Or.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { broadcast } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

export const Or = defineOp({
  ...elementwiseHelper,
  type: 'Or',
  since: 7,
  shape: broadcast,
  value: pointwise(onNumbers((a, b) => Number(a !== 0 || b !== 0))),
});
