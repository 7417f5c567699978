/** HardSigmoid: y = min(max(alpha · x + beta, 0), 1). https://onnx.ai/onnx/operators/onnx__HardSigmoid.html */
import { float, floatOf } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const HardSigmoid = defineOp({
  ...unaryOperator,
  type: 'HardSigmoid',
  since: 6,
  // dX = alpha · dY where 0 < Y < 1
  gradient: ({ b, node, y, dY }) => {
    const passed = abstract(b, 'ClipGrad', [y[0]!, dY[0]!], { min: float(0), max: float(1) });
    return [b.op('Mul', [passed, b.scalar(floatOf(node, 'alpha', 0.2))])];
  },
});
