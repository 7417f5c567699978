/** Pow: y = a to the power of b, with broadcasting. https://onnx.ai/onnx/operators/onnx__Pow.html */
import { type GraphBuilder, toNumbers } from '@topiary/onnx';
import { each, WEIGHTS } from './_cost.js';
import { defineOp, none, nothing } from './_op.js';
import { broadcast, elementwise, pointwiseRoles } from './_rules.js';
import { onNumbers, pointwise } from './_value.js';

/** b · a^(b - 1); a square is a product, for Pow takes twice the time of Mul. */
const slope = (b: GraphBuilder, base: string, exponent: string): string => {
  const constant = b.constantOf(exponent);
  const square = constant?.data.length === 1 && toNumbers(constant)[0] === 2;
  const power = square ? base : b.op('Pow', [base, b.op('Sub', [exponent, b.scalar(1)])]);
  return b.op('Mul', [power, exponent]);
};

export const Pow = defineOp({
  type: 'Pow',
  domain: '',
  since: 15,
  shape: broadcast,
  value: pointwise(onNumbers((a, b) => a ** b)),
  // dA = dY · B · A^(B - 1), dB = dY · Y · log A
  gradient: ({ b, x, y, dY, needs }) => [
    needs(0) ? b.op('Mul', [dY[0]!, slope(b, x[0]!, x[1]!)]) : null,
    needs(1) ? b.op('Mul', [dY[0]!, b.op('Mul', [y[0]!, b.op('Log', [x[0]!])])]) : null,
  ],
  channels: elementwise,
  rewrite: nothing,
  macs: none,
  cost: each(WEIGHTS.power),
  roles: pointwiseRoles({ role: 'parameter' }),
  uploads: true,
});
