/** Atan: the arctangent. https://onnx.ai/onnx/operators/onnx__Atan.html */
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Atan = defineOp({
  ...unaryOperator,
  type: 'Atan',
  since: 7,
  // dX = dY / (1 + X²)
  gradient: ({ b, x, dY }) => [b.op('Div', [dY[0]!, b.op('Add', [b.op('Mul', [x[0]!, x[0]!]), b.scalar(1)])])],
});
