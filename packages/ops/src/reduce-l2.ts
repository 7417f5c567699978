/** ReduceL2: the Euclidean norm over axes. https://onnx.ai/onnx/operators/onnx__ReduceL2.html */
import { defineOp, noValue } from './_op.js';
import { reduction } from './_reduce.js';

export const ReduceL2 = defineOp({ ...reduction, type: 'ReduceL2', since: 18, value: noValue });
