/**
 * ClipGrad: passes a gradient strictly between two bounds, as PyTorch's hardtanh does.
 *
 * Inputs: y (the output of Clip), dy of the same shape. Output: dx.
 * Attributes: min, max (floats); an absent one bounds nothing. dx = dy · [min < y < max].
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const ClipGrad = defineOp({ ...abstractOperator, type: 'ClipGrad', shape: (c) => [required(c, 1)] });
