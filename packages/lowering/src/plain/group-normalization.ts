/**
 * GroupNormalization as PyTorch's exporter writes it: each group is one channel to InstanceNormalization, and scale and
 * bias follow.
 */
import { float, floatOf, floats, intOf, isFixed } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

export const groupNormalization: LoweringRule = ({ b, node, x: inputs, type }) => {
  const [x, gamma, beta] = inputs as [string, string, string];
  const { shape } = type(0);
  const groups = intOf(node, 'num_groups', 1);
  const all = (value: number) => b.constant(floats(new Float32Array(groups).fill(value)));
  const grouped = b.op('Reshape', [x, b.int64s([0, groups, -1])]);
  const attributes = { epsilon: float(floatOf(node, 'epsilon', 1e-5)) };
  const normal = b.op('InstanceNormalization', [grouped, all(1), all(0)], attributes);
  const back = b.op('Reshape', [normal, b.int64s(shape.map((dim) => (isFixed(dim) ? dim : -1)))]);
  const perChannel = (vector: string) =>
    b.op('Reshape', [vector, b.int64s([Number(shape[1]), ...shape.slice(2).map(() => 1)])]);
  return [b.op('Add', [b.op('Mul', [back, perChannel(gamma)]), perChannel(beta)])];
};
