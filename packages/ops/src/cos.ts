/** Cos: the cosine. https://onnx.ai/onnx/operators/onnx__Cos.html */
import { each, WEIGHTS } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';
import { onNumbers, pointwise } from './_value.js';

export const Cos = defineOp({
  ...unaryOperator,
  type: 'Cos',
  since: 7,
  // tables of positions
  value: pointwise(onNumbers(Math.cos)),
  // dX = -dY · sin X
  gradient: ({ b, x, dY }) => [b.op('Neg', [b.op('Mul', [dY[0]!, b.op('Sin', [x[0]!])])])],
  // as long as Log
  cost: each(WEIGHTS.log),
});
