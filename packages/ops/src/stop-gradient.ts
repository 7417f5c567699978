/**
 * StopGradient: a value that losses read as if it were a constant: a target, a mean inside a variance term.
 *
 * Input: x. Output: y = x. No attributes. dx = 0.
 */
import { abstractOperator } from './_abstract.js';
import { defineOp, stops } from './_op.js';
import { required } from './_rules.js';

export const StopGradient = defineOp({
  ...abstractOperator,
  type: 'StopGradient',
  shape: (c) => [required(c, 0)],
  gradient: stops,
});
