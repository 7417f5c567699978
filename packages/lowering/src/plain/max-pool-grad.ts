/**
 * MaxPoolGrad: the positions of the maxima, then an addition of dY at them. The pool with positions is slow (32 of the
 * 45 ms for 8×64×112×112) but right for every window, and a network has few of them.
 */
import { int, isFixed, string } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

export const maxPoolGrad: LoweringRule = ({ b, node, x, type }) => {
  const [input, , dY] = x as [string, string, string];
  const [, positions] = b.ops('MaxPool', [input], { ...node.attributes, storage_order: int(0) }, { outputs: 2 });
  const flat = (value: string): string => b.op('Reshape', [value, b.int64s([-1])]);
  const zeros = b.op('Mul', [flat(input), b.scalar(0)]); // whatever the batch is
  const sum = b.op('ScatterElements', [zeros, flat(positions!), flat(dY)], { axis: int(0), reduction: string('add') });
  return [b.op('Reshape', [sum, b.int64s(type(0).shape.map((dim) => (isFixed(dim) ? dim : -1)))])];
};
