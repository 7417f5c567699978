/** Ceil: the smallest integer not below x. https://onnx.ai/onnx/operators/onnx__Ceil.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { sameAsInput } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

export const Ceil = defineOp({
  ...elementwiseHelper,
  type: 'Ceil',
  since: 13,
  shape: sameAsInput,
  value: pointwise(onNumbers(Math.ceil)),
});
