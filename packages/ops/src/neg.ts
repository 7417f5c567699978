/** Neg: y = -x. https://onnx.ai/onnx/operators/onnx__Neg.html */
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Neg = defineOp({
  ...unaryOperator,
  type: 'Neg',
  since: 13,
  // dX = -dY
  gradient: ({ b, dY }) => [b.op('Neg', [dY[0]!])],
});
