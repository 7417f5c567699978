/**
 * GeluGrad: gradient of Gelu.
 *
 * Inputs: x, dy of the same shape. Output: dx. Attribute: approximate, 'none' or 'tanh', as Gelu has it.
 * none: dx = dy · (½ (1 + erf(x/√2)) + x · exp(-x²/2) / √(2π)).
 * tanh, with u = √(2/π) (x + 0.044715 x³) and t = tanh u:
 *   dx = dy · (½ (1 + t) + ½ x (1 - t²) √(2/π) (1 + 3 · 0.044715 x²)).
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const GeluGrad = defineOp({ ...abstractOperator, type: 'GeluGrad', shape: (c) => [required(c, 1)] });
