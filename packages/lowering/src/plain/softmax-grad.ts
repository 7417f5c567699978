/** SoftmaxGrad: dX = Y (dY - Σ_axis Y dY). */
import { int, intOf } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

export const softmaxGrad: LoweringRule = ({ b, node, x, type }) => {
  const [y, dY] = x as [string, string];
  const rank = type(0).shape.length;
  const axis = (intOf(node, 'axis', -1) + rank) % rank;
  const sum = b.op('ReduceSum', [b.op('Mul', [y, dY]), b.int64s([axis])], { keepdims: int(1) });
  return [b.op('Mul', [y, b.op('Sub', [dY, sum])])];
};
