/** HardSwish: y = x · h with h = min(max(x/6 + 1/2, 0), 1). https://onnx.ai/onnx/operators/onnx__HardSwish.html */
import { float } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { each, WEIGHTS } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const HardSwish = defineOp({
  ...unaryOperator,
  type: 'HardSwish',
  since: 14,
  // dX = dY · h + (dY · X)/6 where 0 < h < 1
  gradient: ({ b, x, dY }) => {
    const h = b.op('HardSigmoid', [x[0]!], { alpha: float(1 / 6), beta: float(0.5) });
    const scaled = b.op('Mul', [b.op('Mul', [dY[0]!, x[0]!]), b.scalar(1 / 6)]);
    const inner = abstract(b, 'ClipGrad', [h, scaled], { min: float(0), max: float(1) });
    return [b.op('Add', [b.op('Mul', [dY[0]!, h]), inner])];
  },
  cost: each(WEIGHTS.plain, 1),
});
