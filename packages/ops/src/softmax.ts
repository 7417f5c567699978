/** Softmax: y = eˣ / Σ eˣ along an axis. https://onnx.ai/onnx/operators/onnx__Softmax.html */
import { int, intOf } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { normalized } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';
import { keepsAxis, onePerOutput } from './_rules.js';

export const Softmax = defineOp({
  ...unaryOperator,
  type: 'Softmax',
  since: 13,
  // dX = Y · (dY - Σ Y · dY)
  gradient: ({ b, node, y, dY }) => [
    abstract(b, 'SoftmaxGrad', [y[0]!, dY[0]!], { axis: int(intOf(node, 'axis', -1)) }),
  ],
  channels: keepsAxis(-1),
  // the published counter sees it inside attention: one per weight
  macs: onePerOutput,
  // each element meets the largest, the difference, the sum and the quotient
  cost: normalized(4),
});
