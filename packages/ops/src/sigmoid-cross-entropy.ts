/**
 * SigmoidCrossEntropy: cross-entropy of each score by itself against what it should be.
 *
 * Inputs: logits, targets (0 … 1) of the same shape. Output: of the same shape. No attributes.
 * L = -t log σ(x) - (1 - t) log(1 - σ(x)) = max(x, 0) - x t + log(1 + e^-|x|).
 */
import { abstractOperator } from './_abstract.js';
import { defineOp } from './_op.js';
import { required } from './_rules.js';

export const SigmoidCrossEntropy = defineOp({
  ...abstractOperator,
  type: 'SigmoidCrossEntropy',
  shape: (c) => [required(c, 0)],
  // dX = dY · (σ(X) - T), dT = -dY · X
  gradient: ({ b, x, dY, needs }) => {
    const [logits, targets] = x as [string, string];
    const slope = () => b.op('Sub', [b.op('Sigmoid', [logits]), targets]);
    return [
      needs(0) ? b.op('Mul', [dY[0]!, slope()]) : null,
      needs(1) ? b.op('Neg', [b.op('Mul', [dY[0]!, logits])]) : null,
    ];
  },
});
