/** Not: the opposite, element by element. https://onnx.ai/onnx/operators/onnx__Not.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { sameAsInput } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

export const Not = defineOp({
  ...elementwiseHelper,
  type: 'Not',
  since: 1,
  shape: sameAsInput,
  value: pointwise(onNumbers((a) => Number(a === 0))),
});
