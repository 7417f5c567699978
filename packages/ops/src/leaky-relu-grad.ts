/**
 * LeakyReluGrad: gradient of LeakyRelu.
 *
 * Inputs: x, dy of the same shape. Output: dx. Attribute: alpha, as LeakyRelu has it (always present).
 * dx = dy where x > 0, else alpha · dy.
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const LeakyReluGrad = defineOp({ ...abstractOperator, type: 'LeakyReluGrad', shape: (c) => [required(c, 1)] });
