/** Sqrt: y = √x. https://onnx.ai/onnx/operators/onnx__Sqrt.html */
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Sqrt = defineOp({
  ...unaryOperator,
  type: 'Sqrt',
  since: 13,
  // dX = dY / (2 Y)
  gradient: ({ b, y, dY }) => [b.op('Div', [dY[0]!, b.op('Mul', [y[0]!, b.scalar(2)])])],
});
