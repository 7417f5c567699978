/** And: are both true, element by element? https://onnx.ai/onnx/operators/onnx__And.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { broadcast } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

export const And = defineOp({
  ...elementwiseHelper,
  type: 'And',
  since: 7,
  shape: broadcast,
  value: pointwise(onNumbers((a, b) => Number(a !== 0 && b !== 0))),
});
