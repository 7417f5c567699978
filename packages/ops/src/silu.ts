/**
 * Silu: y = x · σ(x), as one operator, so that neither direction keeps or writes more than it needs.
 *
 * Input: x. Output: y of the same shape. No attributes. `canonical` recognises x · Sigmoid(x); `lowering` writes it
 * back for files that others read.
 */
import { ABSTRACT, abstract } from './_abstract.js';
import { each, WEIGHTS } from './_cost.js';
import { defineOp } from './_op.js';
import { unaryOperator } from './_pointwise.js';

export const Silu = defineOp({
  ...unaryOperator,
  type: 'Silu',
  domain: ABSTRACT,
  since: 1,
  gradient: ({ b, x, y, dY }) => [abstract(b, 'SiluGrad', [x[0]!, y[0]!, dY[0]!])],
  cost: each(WEIGHTS.plain, 1),
  uploads: false,
});
