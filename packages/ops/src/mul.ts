/** Mul: y = a · b with broadcasting. https://onnx.ai/onnx/operators/onnx__Mul.html */
import { each, WEIGHTS } from './_cost.js';
import { defineOp, none, nothing } from './_op.js';
import { broadcast, elementwise, pointwiseRoles } from './_rules.js';
import { multiplyElements, pointwise } from './_value.js';

export const Mul = defineOp({
  type: 'Mul',
  domain: '',
  since: 14,
  shape: broadcast,
  value: pointwise(multiplyElements),
  // dA = dY · B, dB = dY · A
  gradient: ({ b, x, dY, needs }) => [
    needs(0) ? b.op('Mul', [dY[0]!, x[1]!]) : null,
    needs(1) ? b.op('Mul', [dY[0]!, x[0]!]) : null,
  ],
  channels: elementwise,
  rewrite: nothing,
  macs: none,
  cost: each(WEIGHTS.plain),
  roles: pointwiseRoles({ role: 'scale' }),
  uploads: true,
});
