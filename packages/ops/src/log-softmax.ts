/** LogSoftmax: y = x - log Σ eˣ along an axis. https://onnx.ai/onnx/operators/onnx__LogSoftmax.html */
import { intOf } from '@topiary/onnx';
import { normalized } from './_cost.js';
import { sumOver } from './_emit.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';
import { fromFront, keepsAxis } from './_rules.js';

export const LogSoftmax = defineOp({
  ...unaryOperator,
  type: 'LogSoftmax',
  since: 13,
  // dX = dY - exp(Y) · Σ dY
  gradient: ({ b, node, y, dY }) => {
    const axis = fromFront(intOf(node, 'axis', -1), b.shape(y[0]!).length, node);
    const total = sumOver(b, dY[0]!, [axis], true);
    return [b.op('Sub', [dY[0]!, b.op('Mul', [b.op('Exp', [y[0]!]), total])])];
  },
  channels: keepsAxis(-1),
  // each element meets the largest, the difference, the sum and the quotient
  cost: normalized(4),
});
