/**
 * ReluGrad: passes a gradient where y > 0.
 *
 * Inputs: y (the output of Relu, or whatever is positive where the gradient passes), dy of the same shape.
 * Output: dx. No attributes. dx = dy · [y > 0].
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const ReluGrad = defineOp({ ...abstractOperator, type: 'ReluGrad', shape: (c) => [required(c, 1)] });
