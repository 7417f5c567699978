/** Transpose: permutes axes. https://onnx.ai/onnx/operators/onnx__Transpose.html */
import { ints, intsOf, type Node } from '@topiary/onnx';
import { moved } from './_cost.js';
import { defineOp, none, noRoles, nothing } from './_op.js';
import { badNode, like, required } from './_rules.js';
import { rearrange } from './_value.js';

const permOf = (node: Node, rank: number): readonly number[] => {
  const perm = intsOf(node, 'perm') ?? [...Array(rank).keys()].reverse();
  const every = perm.length === rank && perm.every((_, axis) => perm.includes(axis));
  if (!every) throw badNode(node, `a permutation of ${rank} axes`, `[${perm}]`);
  return perm;
};

export const Transpose = defineOp({
  type: 'Transpose',
  domain: '',
  since: 13,
  shape: (c) => {
    const x = required(c, 0);
    return [
      like(
        x,
        permOf(c.node, x.shape.length).map((axis) => x.shape[axis]!),
      ),
    ];
  },
  value: (c) => {
    const x = c.known(0);
    if (!x) return null;
    const perm = permOf(c.node, x.dims.length);
    const inverse = perm.map((_, axis) => perm.indexOf(axis));
    return [
      rearrange(
        x,
        perm.map((axis) => x.dims[axis]!),
        (index) => inverse.map((at) => index[at]!),
      ),
    ];
  },
  // the inverse permutation brings the gradient back
  gradient: ({ b, node, x, dY }) => {
    const perm = permOf(node, b.shape(x[0]!).length);
    return [b.op('Transpose', [dY[0]!], { perm: ints(perm.map((_, axis) => perm.indexOf(axis))) })];
  },
  channels: (c) => [permOf(c.node, c.x[0]!.length).map((axis) => c.x[0]![axis]!)],
  rewrite: nothing,
  macs: none,
  cost: moved,
  roles: noRoles,
  uploads: true,
});
