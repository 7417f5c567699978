/** GatherElementsGrad: dY added into zeros by ScatterElements. Zeros of x's shape are x clipped to [0, 0]. */
import { int, intOf, string } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

export const gatherElementsGrad: LoweringRule = ({ b, node, x }) => {
  const [like, indices, dY] = x as [string, string, string];
  const zeros = b.op('Clip', [like, b.scalar(0), b.scalar(0)]);
  const attributes = { axis: int(intOf(node, 'axis', 0)), reduction: string('add') };
  return [b.op('ScatterElements', [zeros, indices, dY], attributes)];
};
