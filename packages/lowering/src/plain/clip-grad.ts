/** ClipGrad: dX = dY where min < Y < max. */
import type { LoweringRule } from '../_rule.js';
import { above, below } from './_step.js';

export const clipGrad: LoweringRule = ({ b, node, x: [y, dY] }) => {
  const { min, max } = node.attributes;
  const low = min?.kind === 'float' ? b.op('Mul', [dY!, above(b, y!, min.value)]) : dY!;
  return [max?.kind === 'float' ? b.op('Mul', [low, below(b, y!, max.value)]) : low];
};
