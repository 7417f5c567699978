/**
 * SiluGrad: dX = dY · (y + s · (1 - y)) with s = σ(x), computed again: five passes, and no map kept that nobody else
 * reads. Through Sigmoid and Mul it would be six and one map more.
 */
import type { LoweringRule } from '../_rule.js';

export const siluGrad: LoweringRule = ({ b, x: [x, y, dY] }) => {
  const rest = b.op('Mul', [b.op('Sigmoid', [x!]), b.op('Sub', [b.scalar(1), y!])]);
  return [b.op('Mul', [dY!, b.op('Add', [y!, rest])])];
};
