/** Cast: the same numbers in another element type. https://onnx.ai/onnx/operators/onnx__Cast.html */
import { DATA_TYPES, int, intOf, type Node } from '@topiary/onnx';
import { each, WEIGHTS } from './_cost.js';
import { dataTypeOf } from './_data-types.js';
import { defineOp, none, noRoles, nothing } from './_op.js';
import { elementwise, required } from './_rules.js';
import { roundTo } from './_value.js';

const targetOf = (node: Node) => dataTypeOf(intOf(node, 'to', 0), node);

const isFloat = (type: string): boolean => type.startsWith('float');

export const Cast = defineOp({
  type: 'Cast',
  domain: '',
  since: 13,
  shape: (c) => [{ type: targetOf(c.node), shape: required(c, 0).shape }],
  value: (c) => {
    const x = c.known(0);
    if (!x) return null;
    const type = targetOf(c.node);
    const data = x.data.map((element) => {
      if (typeof element !== 'number') return element;
      if (type === 'bool') return Number(element !== 0);
      return roundTo(type, element);
    });
    return [{ type, dims: x.dims, data }];
  },
  // dX = dY in the type of X; integers have no slope
  gradient: ({ b, x, dY }) => {
    const { type } = b.type(x[0]!);
    const smooth = isFloat(type) && isFloat(b.type(dY[0]!).type);
    return [smooth ? b.op('Cast', [dY[0]!], { to: int(DATA_TYPES[type]) }) : null];
  },
  channels: elementwise,
  rewrite: nothing,
  macs: none,
  cost: each(WEIGHTS.plain),
  roles: noRoles,
  uploads: true,
});
