/** ReduceL1: y = Σ |x| over axes. https://onnx.ai/onnx/operators/onnx__ReduceL1.html */
import { defineOp, noValue } from './_op.js';
import { beside, reduction } from './_reduce.js';

export const ReduceL1 = defineOp({
  ...reduction,
  type: 'ReduceL1',
  since: 18,
  value: noValue,
  // dX = dY · sign X
  gradient: ({ b, node, x, dY }) => [
    b.op('Mul', [b.op('Sign', [x[0]!]), beside(b, node, x, dY[0]!)]),
    ...x.slice(1).map(() => null),
  ],
});
