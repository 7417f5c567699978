/** ReduceProd: the product over axes; canonical meets it in shapes. https://onnx.ai/onnx/operators/onnx__ReduceProd.html */
import { defineOp } from './_op.js';
import { reducedValue, reduction } from './_reduce.js';
import { multiplyElements } from './_value.js';

export const ReduceProd = defineOp({
  ...reduction,
  type: 'ReduceProd',
  since: 18,
  value: reducedValue((a, b) => multiplyElements([a, b], 'float64')),
});
