/** SigmoidCrossEntropy: max(x, 0) - x t + log(1 + e^-|x|); nothing here overflows. */
import type { LoweringRule } from '../_rule.js';

export const sigmoidCrossEntropy: LoweringRule = ({ b, x }) => {
  const [logits, targets] = x as [string, string];
  const small = b.op('Exp', [b.op('Neg', [b.op('Abs', [logits])])]);
  const log = b.op('Log', [b.op('Add', [small, b.scalar(1)])]);
  const linear = b.op('Sub', [b.op('Relu', [logits]), b.op('Mul', [logits, targets])]);
  return [b.op('Add', [linear, log])];
};
