/** LeakyReluGrad: dX = dY · slope, where slope = max(step, alpha) for a leak between 0 and 1. */
import { floatOf, type GraphBuilder } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';
import { above } from './_step.js';

const slopeOf = (b: GraphBuilder, x: string, alpha: number): string => {
  const step = above(b, x, 0);
  if (alpha >= 0 && alpha <= 1) return b.op('Max', [step, b.scalar(alpha)]);
  return b.op('Add', [b.op('Mul', [step, b.scalar(1 - alpha)]), b.scalar(alpha)]);
};

export const leakyReluGrad: LoweringRule = ({ b, node, x: [x, dY] }) => [
  b.op('Mul', [dY!, slopeOf(b, x!, floatOf(node, 'alpha', 0.01))]),
];
