/** Round: the nearest integer, halves to the even one. https://onnx.ai/onnx/operators/onnx__Round.html */
import { elementwiseHelper } from './_helper.js';
import { defineOp } from './_op.js';
import { sameAsInput } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

const halfToEven = (x: number): number => {
  const down = Math.floor(x);
  const apart = x - down;
  if (apart === 0.5) return down % 2 === 0 ? down : down + 1;
  return apart < 0.5 ? down : down + 1;
};

export const Round = defineOp({
  ...elementwiseHelper,
  type: 'Round',
  since: 11,
  shape: sameAsInput,
  value: pointwise(onNumbers(halfToEven)),
});
