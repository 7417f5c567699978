/** ReduceMean: the mean over axes. https://onnx.ai/onnx/operators/onnx__ReduceMean.html */
import { defineOp } from './_op.js';
import { foldedInto, reducedNumbers, reduction, spread } from './_reduce.js';

export const ReduceMean = defineOp({
  ...reduction,
  type: 'ReduceMean',
  since: 18,
  value: reducedNumbers(
    (x) => x,
    (sum, n) => sum / n,
  ),
  // every element gets dY / n
  gradient: ({ b, node, x, dY }) => {
    const share = b.op('Mul', [dY[0]!, b.scalar(1 / foldedInto(b, node, x))]);
    return [spread(b, node, x, share), ...x.slice(1).map(() => null)];
  },
});
