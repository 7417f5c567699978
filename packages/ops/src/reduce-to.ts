/**
 * ReduceTo: undoes a broadcast.
 *
 * Inputs: dy, like (read for its shape only). Output: dy summed to the shape of `like`. No attributes.
 * Sums over the leading axes that `like` lacks and over those where it has size one.
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { like, required } from './_rules.js';

export const ReduceTo = defineOp({
  ...abstractOperator,
  type: 'ReduceTo',
  shape: (c) => [like(required(c, 0), required(c, 1).shape)],
});
