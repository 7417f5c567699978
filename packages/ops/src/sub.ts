/** Sub: y = a - b with broadcasting. https://onnx.ai/onnx/operators/onnx__Sub.html */
import { each, WEIGHTS } from './_cost.js';
import { defineOp, none, nothing } from './_op.js';
import { broadcast, elementwise, pointwiseRoles } from './_rules.js';
import { pointwise, subtractElements } from './_value.js';

export const Sub = defineOp({
  type: 'Sub',
  domain: '',
  since: 14,
  shape: broadcast,
  value: pointwise(subtractElements),
  // dA = dY, dB = -dY
  gradient: ({ b, dY, needs }) => [dY[0]!, needs(1) ? b.op('Neg', [dY[0]!]) : null],
  channels: elementwise,
  rewrite: nothing,
  macs: none,
  cost: each(WEIGHTS.plain),
  roles: pointwiseRoles({ role: 'bias' }),
  uploads: true,
});
