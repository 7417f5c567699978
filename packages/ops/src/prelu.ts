/** PRelu: y = x where x > 0, else slope · x, the slope learned. https://onnx.ai/onnx/operators/onnx__PRelu.html */
import { placeOf, sameShape } from '@topiary/onnx';
import { each, WEIGHTS } from './_cost.js';
import { wherePositive } from './_emit.js';
import { defineOp, nothing, noValue } from './_op.js';
import { badNode, broadcastShapes, elementwise, onePerOutput, required } from './_rules.js';

export const PRelu = defineOp({
  type: 'PRelu',
  domain: '',
  since: 16,
  // the slope stretches to x, never x to the slope
  shape: (c) => {
    const [x, slope] = [required(c, 0), required(c, 1)];
    if (!sameShape(broadcastShapes(x.shape, slope.shape, placeOf(c.node)), x.shape))
      throw badNode(c.node, `a slope that stretches to [${x.shape}]`, `[${slope.shape}]`);
    return [x];
  },
  value: noValue,
  // dX = dY where X > 0, else slope · dY;  dSlope = dY · min(X, 0)
  gradient: ({ b, x, dY, needs }) => {
    const [input, slope, dy] = [x[0]!, x[1]!, dY[0]!];
    return [
      needs(0) ? wherePositive(b, input, dy, b.op('Mul', [dy, slope])) : null,
      needs(1) ? b.op('Mul', [dy, b.op('Min', [input, b.scalar(0)])]) : null,
    ];
  },
  channels: elementwise,
  rewrite: nothing,
  macs: onePerOutput,
  // one number for all channels is learned as well
  cost: each(WEIGHTS.plain),
  roles: () => ({ 1: { role: 'parameter' } }),
  uploads: true,
});
