/** Relu: y = max(x, 0). https://onnx.ai/onnx/operators/onnx__Relu.html */
import { each, WEIGHTS } from './_cost.js';
import { defineOp, noRoles, nothing, noValue } from './_op.js';
import { elementwise, onePerOutput, sameAsInput } from './_rules.js';

export const Relu = defineOp({
  type: 'Relu',
  domain: '',
  since: 14,
  shape: sameAsInput,
  value: noValue,
  // dX = dY where Y > 0
  gradient: ({ b, y, dY }) => [b.op('ReluGrad', [y[0]!, dY[0]!], {}, { domain: 'topiary' })],
  channels: elementwise,
  rewrite: nothing,
  macs: onePerOutput,
  cost: each(WEIGHTS.plain),
  roles: noRoles,
  uploads: true,
});
