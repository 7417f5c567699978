/** Softplus: y = log(1 + eˣ). https://onnx.ai/onnx/operators/onnx__Softplus.html */
import { each, WEIGHTS } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Softplus = defineOp({
  ...unaryOperator,
  type: 'Softplus',
  since: 1,
  // dX = dY · σ(X)
  gradient: ({ b, x, dY }) => [b.op('Mul', [dY[0]!, b.op('Sigmoid', [x[0]!])])],
  cost: each(WEIGHTS.softplus),
});
