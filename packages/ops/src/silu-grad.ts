/**
 * SiluGrad: gradient of Silu.
 *
 * Inputs: x, y (the output of Silu), dy of the same shape. Output: dx. No attributes.
 * With s = σ(x): dx = dy · (s + x s (1 - s)) = dy · (y + s · (1 - y)).
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const SiluGrad = defineOp({ ...abstractOperator, type: 'SiluGrad', shape: (c) => [required(c, 2)] });
