/** ReduceMax: the largest over axes. https://onnx.ai/onnx/operators/onnx__ReduceMax.html */
import { defineOp } from './_op.js';
import { extremeGradient, reducedValue, reduction } from './_reduce.js';
import { onNumbers } from './_value.js';

export const ReduceMax = defineOp({
  ...reduction,
  type: 'ReduceMax',
  since: 18,
  value: reducedValue((a, b) => onNumbers(Math.max)([a, b], 'float64')),
  gradient: extremeGradient,
});
