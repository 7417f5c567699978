/** Unsqueeze: adds axes of size one. https://onnx.ai/onnx/operators/onnx__Unsqueeze.html */
import type { Dim } from '@topiary/onnx';
import { viewed } from './_cost.js';
import { defineOp, none, noRoles, nothing, type ShapeRule } from './_op.js';
import { regroupGradient, regroupValue } from './_reshape.js';
import { badNode, fromFront, like, required, requiredInts } from './_rules.js';

const shape: ShapeRule = (c) => {
  const x = required(c, 0);
  const given = requiredInts(c, 1);
  const rank = x.shape.length + given.length;
  const axes = new Set(given.map((axis) => fromFront(axis, rank, c.node)));
  if (axes.size !== given.length) throw badNode(c.node, 'axes that differ', `[${given}]`);
  const rest = x.shape.values();
  return [
    like(
      x,
      Array.from({ length: rank }, (_, axis): Dim => (axes.has(axis) ? 1 : rest.next().value!)),
    ),
  ];
};

export const Unsqueeze = defineOp({
  type: 'Unsqueeze',
  domain: '',
  since: 13,
  shape,
  value: regroupValue(shape),
  gradient: regroupGradient,
  channels: (c) => {
    const rank = c.types.y[0]!.shape.length;
    const axes = new Set(requiredInts(c, 1).map((axis) => fromFront(axis, rank, c.node)));
    const rest = c.x[0]!.values();
    return [Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? c.fixed(1) : rest.next().value!))];
  },
  rewrite: nothing,
  macs: none,
  cost: viewed,
  roles: noRoles,
  uploads: true,
});
