/** Sin: the sine. https://onnx.ai/onnx/operators/onnx__Sin.html */
import { each, WEIGHTS } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';
import { onNumbers, pointwise } from './_value.js';

export const Sin = defineOp({
  ...unaryOperator,
  type: 'Sin',
  since: 7,
  // tables of positions
  value: pointwise(onNumbers(Math.sin)),
  // dX = dY · cos X
  gradient: ({ b, x, dY }) => [b.op('Mul', [dY[0]!, b.op('Cos', [x[0]!])])],
  // as long as Log
  cost: each(WEIGHTS.log),
});
