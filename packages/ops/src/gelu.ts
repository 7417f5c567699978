/** Gelu: y = x · Φ(x), exact or by tanh. https://onnx.ai/onnx/operators/onnx__Gelu.html */
import { string, stringOf } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { each, WEIGHTS } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';
import { onePerOutput } from './_rules.js';

export const Gelu = defineOp({
  ...unaryOperator,
  type: 'Gelu',
  since: 20,
  gradient: ({ b, node, x, dY }) => [
    abstract(b, 'GeluGrad', [x[0]!, dY[0]!], { approximate: string(stringOf(node, 'approximate', 'none')) }),
  ],
  macs: onePerOutput,
  // x meets Φ(x); by tanh it meets its cube, too, which takes two products and a sum
  cost: (c) => each(WEIGHTS.plain, stringOf(c.node, 'approximate', 'none') === 'none' ? 1 : 4)(c),
});
