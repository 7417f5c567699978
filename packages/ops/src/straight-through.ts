/**
 * StraightThrough: forward one value, backward another (Bengio et al., arXiv 1308.3432): a decision that learns through
 * the probabilities behind it.
 *
 * Inputs: hard, soft of the same shape. Output: y = hard. No attributes. dsoft = dy, dhard = 0.
 */
import { TopiaryError } from '@topiary/errors';
import { placeOf, printShape, sameShape } from '@topiary/onnx';
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const StraightThrough = defineOp({
  ...abstractOperator,
  type: 'StraightThrough',
  shape: (c) => {
    const [hard, soft] = [required(c, 0), required(c, 1)];
    if (sameShape(hard.shape, soft.shape)) return [hard];
    throw new TopiaryError('TOPIARY_OPS_BAD_NODE', {
      where: placeOf(c.node),
      expected: `two values of shape ${printShape(hard.shape)}`,
      got: printShape(soft.shape),
    });
  },
  gradient: ({ dY }) => [null, dY[0]!],
});
