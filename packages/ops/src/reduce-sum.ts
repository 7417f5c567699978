/** ReduceSum: the sum over axes. https://onnx.ai/onnx/operators/onnx__ReduceSum.html */
import { defineOp } from './_op.js';
import { reducedValue, reduction, spread } from './_reduce.js';
import { addElements } from './_value.js';

export const ReduceSum = defineOp({
  ...reduction,
  type: 'ReduceSum',
  since: 13,
  value: reducedValue((a, b) => addElements([a, b], 'float64')),
  // every element gets dY
  gradient: ({ b, node, x, dY }) => [spread(b, node, x, dY[0]!), ...x.slice(1).map(() => null)],
});
