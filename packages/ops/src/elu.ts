/** Elu: y = x where x > 0, else alpha · (eˣ - 1). https://onnx.ai/onnx/operators/onnx__Elu.html */
import { floatOf } from '@topiary/onnx';
import { each, WEIGHTS } from './_cost.js';
import { wherePositive } from './_emit.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';
import { onePerOutput } from './_rules.js';

export const Elu = defineOp({
  ...unaryOperator,
  type: 'Elu',
  since: 6,
  // dX = dY where X > 0, else dY · (Y + alpha)
  gradient: ({ b, node, x, y, dY }) => {
    const slope = b.op('Add', [y[0]!, b.scalar(floatOf(node, 'alpha', 1))]);
    return [wherePositive(b, x[0]!, dY[0]!, b.op('Mul', [dY[0]!, slope]))];
  },
  macs: onePerOutput,
  // as long as Log
  cost: each(WEIGHTS.log),
});
