/**
 * GatherElementsGrad: gradient of GatherElements (and of TopK) with respect to what is gathered from.
 *
 * Inputs: x (read for its shape only), indices, dy as indices. Output: dx as x. Attribute: axis (from the front).
 * dx is zero but for dx[i, indices[i, j]] += dy[i, j] (for axis 1).
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const GatherElementsGrad = defineOp({
  ...abstractOperator,
  type: 'GatherElementsGrad',
  shape: (c) => [required(c, 0)],
});
