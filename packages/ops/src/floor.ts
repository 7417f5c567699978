/** Floor: the largest integer not above x. https://onnx.ai/onnx/operators/onnx__Floor.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { sameAsInput } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

export const Floor = defineOp({
  ...elementwiseHelper,
  type: 'Floor',
  since: 13,
  shape: sameAsInput,
  value: pointwise(onNumbers(Math.floor)),
});
