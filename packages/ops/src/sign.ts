/** Sign: -1, 0 or 1. https://onnx.ai/onnx/operators/onnx__Sign.html */
import { each, WEIGHTS } from './_cost.js';
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { sameAsInput } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

export const Sign = defineOp({
  ...elementwiseHelper,
  type: 'Sign',
  since: 13,
  shape: sameAsInput,
  value: pointwise(onNumbers(Math.sign)),
  cost: each(WEIGHTS.sign),
});
