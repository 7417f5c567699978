/**
 * SoftmaxGrad: gradient of Softmax.
 *
 * Inputs: y (the output of Softmax), dy of the same shape. Output: dx. Attribute: axis (-1).
 * dx = y · (dy - Σ_axis y · dy).
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const SoftmaxGrad = defineOp({ ...abstractOperator, type: 'SoftmaxGrad', shape: (c) => [required(c, 0)] });
