/** Squeeze: drops axes of size one. https://onnx.ai/onnx/operators/onnx__Squeeze.html */
import { int64s, type Node, type Shape, type Tensor } from '@topiary/onnx';
import { viewed } from './_cost.js';
import { defineOp, none, noRoles, type ShapeRule } from './_op.js';
import { regroupGradient, regroupValue } from './_reshape.js';
import { badNode, fromFront, like, optionalInts, required } from './_rules.js';

/** The axes that go: those of input 1, else all of size one. */
const axesOf = (c: { node: Node; constant(i: number): Tensor | null }, shape: Shape): ReadonlySet<number> => {
  const given = optionalInts(c, 1);
  if (!given) return new Set(shape.flatMap((dim, axis) => (dim === 1 ? [axis] : [])));
  const axes = given.map((axis) => fromFront(axis, shape.length, c.node));
  const wide = axes.find((axis) => shape[axis] !== 1);
  if (wide !== undefined) throw badNode(c.node, `size 1 along axis ${wide}`, `${shape[wide]}`);
  return new Set(axes);
};

const shape: ShapeRule = (c) => {
  const x = required(c, 0);
  const axes = axesOf(c, x.shape);
  return [
    like(
      x,
      x.shape.filter((_, axis) => !axes.has(axis)),
    ),
  ];
};

export const Squeeze = defineOp({
  type: 'Squeeze',
  domain: '',
  since: 13,
  shape,
  value: regroupValue(shape),
  gradient: regroupGradient,
  channels: (c) => {
    const axes = axesOf(c, c.types.x[0]!.shape);
    return [c.x[0]!.filter((_, axis) => !axes.has(axis))];
  },
  // the axes are spoken out, lest one that is cut to size one goes, too
  rewrite: (c) => ({ constants: { 1: int64s([...axesOf(c, c.before.x[0]!.shape)]) } }),
  macs: none,
  cost: viewed,
  roles: noRoles,
  uploads: true,
});
