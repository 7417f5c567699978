/** Div: y = a / b with broadcasting; on integers rounded towards zero. https://onnx.ai/onnx/operators/onnx__Div.html */
import { each, WEIGHTS } from './_cost.js';
import { defineOp, none, nothing } from './_op.js';
import { broadcast, elementwise, pointwiseRoles } from './_rules.js';
import { divideElements, pointwise } from './_value.js';

export const Div = defineOp({
  type: 'Div',
  domain: '',
  since: 14,
  shape: broadcast,
  value: pointwise(divideElements),
  // dA = dY / B, dB = -dA · Y
  gradient: ({ b, x, y, dY, needs }) => {
    const dA = b.op('Div', [dY[0]!, x[1]!]);
    return [needs(0) ? dA : null, needs(1) ? b.op('Neg', [b.op('Mul', [dA, y[0]!])]) : null];
  },
  channels: elementwise,
  rewrite: nothing,
  macs: none,
  cost: each(WEIGHTS.plain),
  roles: pointwiseRoles({ role: 'scale' }),
  uploads: true,
});
