/**
 * GroupNormalization: the channels of each group of each example are normalised together.
 *
 * Inputs: x [N, C, …places], scale [C], bias [C]. Output: y as x. Attributes: num_groups G, epsilon (1e-5).
 * With mean and variance over a group's C / G channels and all places:
 *   y = (x - mean) / √(variance + epsilon) · scale + bias.
 * ONNX has it from opset 21 on (the form of opset 18 has one scale per group); before, exporters write it as Reshape,
 * InstanceNormalization, Reshape, Mul, Add. `canonical` recognises all of these, `lowering` writes the last.
 */
import { float, floatOf, int, intOf } from '@topiary/onnx';
import { ABSTRACT, abstracts } from './_abstract.js';
import { normalized } from './_cost.js';
import { defineOp, noValue } from './_op.js';
import { badNode, fixedDim, required, twoPerInput } from './_rules.js';

export const GroupNormalization = defineOp({
  type: 'GroupNormalization',
  domain: ABSTRACT,
  since: 1,
  shape: (c) => {
    const x = required(c, 0);
    const groups = intOf(c.node, 'num_groups', 0);
    const channels = fixedDim(x.shape[1], c.node);
    if (!(groups > 0) || channels % groups !== 0) throw badNode(c.node, `groups that divide ${channels}`, `${groups}`);
    for (const i of [1, 2]) {
      const { shape } = required(c, i);
      if (shape.length !== 1 || shape[0] !== channels)
        throw badNode(c.node, `[${channels}] as input ${i}`, `[${shape}]`);
    }
    return [x];
  },
  value: noValue,
  gradient: ({ b, node, x, dY }) => {
    const attributes = {
      num_groups: int(intOf(node, 'num_groups', 0)),
      epsilon: float(floatOf(node, 'epsilon', 1e-5)),
    };
    return abstracts(b, 'GroupNormalizationGrad', [x[0]!, x[1]!, dY[0]!], attributes, 3);
  },
  // groups · channels of a group: each loses the same ones, so that all stay equally wide; groups of one channel may go
  channels: (c) => {
    const x = c.x[0]!;
    const groups = intOf(c.node, 'num_groups', 0);
    const size = c.size(x[1]!) / groups;
    if (size > 1) c.unify(x[1]!, c.product([c.fixed(groups), c.free(size)]));
    for (const vector of c.x.slice(1)) for (const dim of vector) c.unify(x[1]!, dim);
    return [x];
  },
  rewrite: ({ node, before, after }) => {
    const alone = before.x[0]!.shape[1] === intOf(node, 'num_groups', 0);
    return alone ? { attributes: { ...node.attributes, num_groups: int(fixedDim(after.x[0]!.shape[1], node)) } } : {};
  },
  macs: twoPerInput,
  // mean, difference, square, mean of squares, quotient
  cost: normalized(5),
  roles: () => ({ 1: { role: 'scale' }, 2: { role: 'shift' } }),
  uploads: false,
});
