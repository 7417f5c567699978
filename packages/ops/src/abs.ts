/** Abs: y = |x|. https://onnx.ai/onnx/operators/onnx__Abs.html */
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Abs = defineOp({
  ...unaryOperator,
  type: 'Abs',
  since: 13,
  // dX = dY · sign X
  gradient: ({ b, x, dY }) => [b.op('Mul', [dY[0]!, b.op('Sign', [x[0]!])])],
});
