/** Expand: broadcasts a tensor with a shape. https://onnx.ai/onnx/operators/onnx__Expand.html */
import { int64s, placeOf, toNumbers } from '@topiary/onnx';
import { moved } from './_cost.js';
import { defineOp, none } from './_op.js';
import { broadcastShapes, elementwise, like, pointwiseRoles, required, requiredSizes } from './_rules.js';
import { broadcastKnown, knownNumbers } from './_value.js';

export const Expand = defineOp({
  type: 'Expand',
  domain: '',
  since: 13,
  shape: (c) => {
    const x = required(c, 0);
    return [like(x, broadcastShapes(x.shape, requiredSizes(c, 1), placeOf(c.node)))];
  },
  value: (c) => {
    const [x, shape] = [c.known(0), knownNumbers(c, 1)];
    const y = x && shape && broadcastKnown(x, shape);
    return y && [y];
  },
  // dX = dY, summed to the shape of X by the walker
  gradient: ({ dY }) => [dY[0]!, null],
  // a stretched dimension is new and stays whole
  channels: (c) => {
    const [y] = elementwise({ ...c, x: [c.x[0]!] });
    return [y!.map((dim, axis) => (c.size(dim) === 1 ? c.fixed(c.types.y[0]!.shape[axis]!) : dim))];
  },
  // a 1 that stretches nothing stays; a restated width follows the cut
  rewrite: ({ before, after, constant }) => {
    const target = toNumbers(constant(1)!);
    const [wide, narrow] = [before.y[0]!.shape, after.y[0]!.shape];
    const shape = target.map((old, i) => {
      const axis = wide.length - target.length + i;
      return old === 1 || wide[axis] === narrow[axis] ? old : Number(narrow[axis]);
    });
    return { constants: { 1: int64s(shape) } };
  },
  macs: none,
  cost: moved,
  roles: pointwiseRoles({ role: 'parameter' }),
  uploads: true,
});
