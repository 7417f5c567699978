/** Tanh: the hyperbolic tangent. https://onnx.ai/onnx/operators/onnx__Tanh.html */
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Tanh = defineOp({
  ...unaryOperator,
  type: 'Tanh',
  since: 13,
  // dX = dY · (1 - Y²)
  gradient: ({ b, y, dY }) => [b.op('Mul', [dY[0]!, b.op('Sub', [b.scalar(1), b.op('Mul', [y[0]!, y[0]!])])])],
});
