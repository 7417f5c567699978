/** Sigmoid: y = 1 / (1 + e⁻ˣ). https://onnx.ai/onnx/operators/onnx__Sigmoid.html */
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Sigmoid = defineOp({
  ...unaryOperator,
  type: 'Sigmoid',
  since: 13,
  // dX = dY · Y · (1 - Y)
  gradient: ({ b, y, dY }) => [b.op('Mul', [dY[0]!, b.op('Mul', [y[0]!, b.op('Sub', [b.scalar(1), y[0]!])])])],
});
