/** GlobalAveragePool: mean over the spatial axes. https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html */
import { elementsAt } from '@topiary/onnx';
import { spatialOf } from './_conv.js';
import { folded, WEIGHTS } from './_cost.js';
import { defineOp, noRoles, nothing, noValue } from './_op.js';
import { onePerInput, required } from './_rules.js';

export const GlobalAveragePool = defineOp({
  type: 'GlobalAveragePool',
  domain: '',
  since: 1,
  shape: (c) => {
    const { type, shape } = required(c, 0);
    return [{ type, shape: shape.map((dim, axis) => (axis < 2 ? dim : 1)) }];
  },
  value: noValue,
  // dX = dY / (H · W) at every place
  gradient: ({ b, node, x, dY }) => {
    const sizes = spatialOf(b.shape(x[0]!), node);
    const share = b.op('Mul', [dY[0]!, b.scalar(1 / elementsAt(sizes))]);
    return [b.op('Expand', [share, b.int64s([1, 1, ...sizes])])];
  },
  channels: (c) => {
    for (const dim of c.x[0]!.slice(2)) c.fix(dim);
    return [c.x[0]!.map((dim, axis) => (axis < 2 ? dim : c.fixed(1)))];
  },
  rewrite: nothing,
  macs: onePerInput,
  cost: folded(WEIGHTS.plain),
  roles: noRoles,
  uploads: true,
});
