/** SoftmaxCrossEntropyGrad: dz = dL · w / Σ w · (softmax(z) - onehot(label)); one subtraction per row, whatever the classes. */
import { int, string } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

const FLOAT = 1;

export const softmaxCrossEntropyGrad: LoweringRule = ({ b, x }) => {
  const [logp, labels, dLoss, weight] = x as [string, string, string, string | undefined];
  const column = b.op('Reshape', [labels, b.int64s([-1, 1])]);
  const zero = b.op('Mul', [b.op('Cast', [column], { to: int(FLOAT) }), b.scalar(0)]); // [N, 1], whatever N is
  const one = b.op('Add', [zero, b.scalar(1)]);
  const updates = b.op('Neg', [one]);
  const difference = b.op('ScatterElements', [b.op('Exp', [logp]), column, updates], {
    axis: int(1),
    reduction: string('add'),
  });
  const weights = weight ? b.op('Reshape', [weight, b.int64s([-1, 1])]) : one;
  const share = b.op('Div', [weights, b.op('ReduceSum', [weights], { keepdims: int(0) })]);
  return [b.op('Mul', [difference, b.op('Mul', [share, dLoss])])];
};
