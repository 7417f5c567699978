/** LeakyRelu: y = x where x > 0, else alpha · x. https://onnx.ai/onnx/operators/onnx__LeakyRelu.html */
import { float, floatOf } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';
import { onePerOutput } from './_rules.js';

export const LeakyRelu = defineOp({
  ...unaryOperator,
  type: 'LeakyRelu',
  since: 16,
  // dX = dY where X > 0, else alpha · dY
  gradient: ({ b, node, x, dY }) => [
    abstract(b, 'LeakyReluGrad', [x[0]!, dY[0]!], { alpha: float(floatOf(node, 'alpha', 0.01)) }),
  ],
  macs: onePerOutput,
});
