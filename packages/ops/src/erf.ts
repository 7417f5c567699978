/** Erf: the error function. https://onnx.ai/onnx/operators/onnx__Erf.html */
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Erf = defineOp({
  ...unaryOperator,
  type: 'Erf',
  since: 13,
  // dX = dY · 2/√π · exp(-X²)
  gradient: ({ b, x, dY }) => {
    const bell = b.op('Exp', [b.op('Neg', [b.op('Mul', [x[0]!, x[0]!])])]);
    return [b.op('Mul', [dY[0]!, b.op('Mul', [bell, b.scalar(2 / Math.sqrt(Math.PI))])])];
  },
});
