/** ReduceMin: the smallest over axes. https://onnx.ai/onnx/operators/onnx__ReduceMin.html */
import { defineOp } from './_op.js';
import { extremeGradient, reducedValue, reduction } from './_reduce.js';
import { onNumbers } from './_value.js';

export const ReduceMin = defineOp({
  ...reduction,
  type: 'ReduceMin',
  since: 18,
  value: reducedValue((a, b) => onNumbers(Math.min)([a, b], 'float64')),
  gradient: extremeGradient,
});
