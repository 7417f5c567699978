/** Log: the natural logarithm. https://onnx.ai/onnx/operators/onnx__Log.html */
import { each, WEIGHTS } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Log = defineOp({
  ...unaryOperator,
  type: 'Log',
  since: 13,
  // dX = dY / X
  gradient: ({ b, x, dY }) => [b.op('Div', [dY[0]!, x[0]!])],
  cost: each(WEIGHTS.log),
});
