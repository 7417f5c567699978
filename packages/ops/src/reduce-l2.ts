/** ReduceL2: y = √Σ x², the Euclidean norm over axes. https://onnx.ai/onnx/operators/onnx__ReduceL2.html */
import { defineOp } from './_op.js';
import { beside, reducedNumbers, reduction } from './_reduce.js';

export const ReduceL2 = defineOp({
  ...reduction,
  type: 'ReduceL2',
  since: 18,
  value: reducedNumbers((x) => x * x, Math.sqrt),
  // dX = X · dY / Y, and 0 where the norm is 0
  gradient: ({ b, node, x, y, dY }) => {
    const share = b.op('Where', [b.op('Equal', [y[0]!, b.scalar(0)]), b.scalar(0), b.op('Div', [dY[0]!, y[0]!])]);
    return [b.op('Mul', [x[0]!, beside(b, node, x, share)]), ...x.slice(1).map(() => null)];
  },
});
