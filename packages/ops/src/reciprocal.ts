/** Reciprocal: y = 1 / x. https://onnx.ai/onnx/operators/onnx__Reciprocal.html */
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Reciprocal = defineOp({
  ...unaryOperator,
  type: 'Reciprocal',
  since: 13,
  // dX = -dY · Y²
  gradient: ({ b, y, dY }) => [b.op('Neg', [b.op('Mul', [dY[0]!, b.op('Mul', [y[0]!, y[0]!])])])],
});
