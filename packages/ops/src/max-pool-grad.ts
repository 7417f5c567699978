/**
 * MaxPoolGrad: gradient of MaxPool.
 *
 * Inputs: x [N, C, …in], y [N, C, …out], dy as y. Output: dx as x.
 * Attributes, all present: kernel_shape, strides, dilations, pads, ceil_mode of the MaxPool.
 * Each window hands its gradient to its maximum; which one of equal maxima gets it, or whether they all do, is left open.
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const MaxPoolGrad = defineOp({ ...abstractOperator, type: 'MaxPoolGrad', shape: (c) => [required(c, 0)] });
