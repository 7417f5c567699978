/** ReduceSumSquare: y = Σ x² over axes. https://onnx.ai/onnx/operators/onnx__ReduceSumSquare.html */
import { defineOp, noValue } from './_op.js';
import { beside, reduction } from './_reduce.js';

export const ReduceSumSquare = defineOp({
  ...reduction,
  type: 'ReduceSumSquare',
  since: 18,
  value: noValue,
  // dX = 2 X · dY
  gradient: ({ b, node, x, dY }) => [
    b.op('Mul', [x[0]!, b.op('Mul', [beside(b, node, x, dY[0]!), b.scalar(2)])]),
    ...x.slice(1).map(() => null),
  ],
});
