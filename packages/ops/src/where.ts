/** Where: a where the condition holds, else b. https://onnx.ai/onnx/operators/onnx__Where.html */
import { each, WEIGHTS } from './_cost.js';
import { defineOp, none, noRoles, nothing } from './_op.js';
import { broadcast, elementwise, required } from './_rules.js';
import { pointwise } from './_value.js';

export const Where = defineOp({
  type: 'Where',
  domain: '',
  since: 16,
  shape: (c) => broadcast(c).map(({ shape }) => ({ type: required(c, 1).type, shape })),
  value: (c) => {
    const choose = pointwise(([condition, a, b]) => {
      if (condition === null || condition === undefined) return a === b ? a! : null;
      return condition === 0 ? b! : a!;
    }, required(c, 1).type);
    return choose(c);
  },
  // dA = dY where the condition holds, else 0; dB the other way round
  gradient: ({ b, x, dY, needs }) => [
    null,
    needs(1) ? b.op('Where', [x[0]!, dY[0]!, b.scalar(0)]) : null,
    needs(2) ? b.op('Where', [x[0]!, b.scalar(0), dY[0]!]) : null,
  ],
  channels: elementwise,
  rewrite: nothing,
  macs: none,
  cost: each(WEIGHTS.plain),
  roles: noRoles,
  uploads: true,
});
