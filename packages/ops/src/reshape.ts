/** Reshape: the same elements in another shape. https://onnx.ai/onnx/operators/onnx__Reshape.html */
import { TopiaryError } from '@topiary/errors';
import { type Dim, divideDims, int64s, intOf, placeOf, printShape, type Shape, sizeOf } from '@topiary/onnx';
import { viewed } from './_cost.js';
import { defineOp, none, noRoles, type ShapeRule } from './_op.js';
import { regroup, regroupGradient, regroupValue, targetOf } from './_reshape.js';
import { badNode, required, requiredInts } from './_rules.js';

/** 0 copies a dimension (unless allowzero), -1 takes what is left. */
const shape: ShapeRule = (c) => {
  const x = required(c, 0);
  const target = requiredInts(c, 1);
  const copies = intOf(c.node, 'allowzero', 0) === 0;
  const dims: Dim[] = target.map((dim, axis) => (dim === 0 && copies ? (x.shape[axis] ?? 0) : dim));
  const total = sizeOf(x.shape);
  const open = dims.indexOf(-1);
  const rest = sizeOf(dims.filter((_, axis) => axis !== open));
  if (total === null || rest === null) {
    const got = `${printShape(x.shape)} to [${target}]`;
    throw new TopiaryError('TOPIARY_OPS_UNRESOLVED_SHAPE', {
      where: placeOf(c.node),
      expected: 'one batch symbol',
      got,
    });
  }
  if (open >= 0) {
    const left = divideDims(total, rest);
    if (left === null || left === -1) throw badNode(c.node, `a shape that holds ${printShape(x.shape)}`, `[${target}]`);
    dims[open] = left;
  } else if (rest !== total) throw badNode(c.node, `a shape that holds ${printShape(x.shape)}`, `[${target}]`);
  return [{ type: x.type, shape: dims as Shape }];
};

export const Reshape = defineOp({
  type: 'Reshape',
  domain: '',
  since: 14,
  shape,
  value: regroupValue(shape),
  gradient: regroupGradient,
  channels: regroup,
  // a 0 that copies stays; where it met another size, the number is spoken out
  rewrite: ({ after }) => ({ constants: { 1: int64s(targetOf(after.y[0]!.shape)) } }),
  macs: none,
  cost: viewed,
  roles: noRoles,
  uploads: true,
});
