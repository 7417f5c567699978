/** Min: the smaller of two tensors, with broadcasting. https://onnx.ai/onnx/operators/onnx__Min.html */
import { abstract } from './_abstract.js';
import { each, WEIGHTS } from './_cost.js';
import { noGradient } from './_emit.js';
import { defineOp, none, noRoles, nothing } from './_op.js';
import { broadcast, elementwise } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

export const Min = defineOp({
  type: 'Min',
  domain: '',
  since: 13,
  shape: broadcast,
  value: pointwise(onNumbers(Math.min)),
  // dA = dY where B - Y > 0, dB = dY - dA: B takes the gradient where they are equal
  gradient: ({ b, node, x, y, dY }) => {
    if (x.length === 1) return [dY[0]!];
    if (x.length !== 2) throw noGradient(node, 'at most two inputs', `${x.length}`);
    const dA = abstract(b, 'ReluGrad', [b.op('Sub', [x[1]!, y[0]!]), dY[0]!]);
    return [dA, b.op('Sub', [dY[0]!, dA])];
  },
  channels: elementwise,
  rewrite: nothing,
  macs: none,
  cost: each(WEIGHTS.plain),
  roles: noRoles,
  uploads: true,
});
