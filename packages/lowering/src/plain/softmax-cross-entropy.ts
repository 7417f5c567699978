/** SoftmaxCrossEntropy: L = -Σ w log softmax(z)[label] / Σ w. The labels' entries are gathered: no one-hot matrix is made. */
import { int } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

export const softmaxCrossEntropy: LoweringRule = ({ b, x }) => {
  const [logits, labels, weight] = x as [string, string, string | undefined];
  const logp = b.op('LogSoftmax', [logits], { axis: int(-1) });
  const column = b.op('Reshape', [labels, b.int64s([-1, 1])]);
  const picked = b.op('Reshape', [b.op('GatherElements', [logp, column], { axis: int(1) }), b.int64s([-1])]); // [N]
  const total = (value: string): string => b.op('ReduceSum', [value], { keepdims: int(0) });
  const mean = weight
    ? b.op('Div', [total(b.op('Mul', [picked, weight])), total(weight)])
    : b.op('ReduceMean', [picked], { keepdims: int(0) });
  return [b.op('Neg', [mean]), logp];
};
