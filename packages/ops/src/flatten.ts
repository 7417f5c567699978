/** Flatten: a matrix; the axes before `axis` are its rows. https://onnx.ai/onnx/operators/onnx__Flatten.html */
import { intOf, sizeOf } from '@topiary/onnx';
import { viewed } from './_cost.js';
import { defineOp, none, noRoles, nothing, type ShapeRule } from './_op.js';
import { regroup, regroupGradient, regroupValue } from './_reshape.js';
import { badNode, required } from './_rules.js';

const shape: ShapeRule = (c) => {
  const { type, shape } = required(c, 0);
  const given = intOf(c.node, 'axis', 1);
  const axis = given < 0 ? given + shape.length : given;
  if (axis < 0 || axis > shape.length) throw badNode(c.node, `an axis up to ${shape.length}`, `${given}`);
  const [rows, columns] = [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))];
  if (rows === null || columns === null) throw badNode(c.node, 'one batch symbol', `[${shape}]`);
  return [{ type, shape: [rows, columns] }];
};

export const Flatten = defineOp({
  type: 'Flatten',
  domain: '',
  since: 13,
  shape,
  value: regroupValue(shape),
  gradient: regroupGradient,
  channels: regroup,
  rewrite: nothing,
  macs: none,
  cost: viewed,
  roles: noRoles,
  uploads: true,
});
