/** Exp: y = eˣ. https://onnx.ai/onnx/operators/onnx__Exp.html */
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Exp = defineOp({
  ...unaryOperator,
  type: 'Exp',
  since: 13,
  // dX = dY · Y
  gradient: ({ b, y, dY }) => [b.op('Mul', [dY[0]!, y[0]!])],
});
