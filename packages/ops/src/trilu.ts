/** Trilu: the upper or lower triangle of matrices, zeros elsewhere. https://onnx.ai/onnx/operators/onnx__Trilu.html */
import { intOf, type Node } from '@topiary/onnx';
import { moved } from './_cost.js';
import { defineOp, none, noRoles, nothing } from './_op.js';
import { badNode, optionalInts, required } from './_rules.js';
import { knownNumbers } from './_value.js';

const isUpper = (node: Node): boolean => intOf(node, 'upper', 1) === 1;

export const Trilu = defineOp({
  type: 'Trilu',
  domain: '',
  since: 14,
  // inputs: x, k: by how much the diagonal is moved to the right
  shape: (c) => {
    const x = required(c, 0);
    if (x.shape.length < 2) throw badNode(c.node, 'matrices', `[${x.shape}]`);
    optionalInts(c, 1);
    return [x];
  },
  // a causal mask
  value: (c) => {
    const x = c.known(0);
    const given = c.node.inputs[1] ? knownNumbers(c, 1) : [0];
    if (!x || !given) return null;
    const [rows, columns] = [x.dims.at(-2)!, x.dims.at(-1)!];
    const k = given[0] ?? 0;
    const upper = isUpper(c.node);
    const data = x.data.map((element, at) => {
      const [i, j] = [Math.floor(at / columns) % rows, at % columns];
      return (upper ? j - i >= k : j - i <= k) ? element : 0;
    });
    return [{ type: x.type, dims: x.dims, data }];
  },
  // dX is the same triangle of dY
  gradient: ({ b, node, x, dY }) => [
    b.op('Trilu', [dY[0]!, ...x.slice(1)], node.attributes),
    ...x.slice(1).map(() => null),
  ],
  // positions in a matrix have meaning; batches of them pass
  channels: (c) => {
    const x = c.x[0]!;
    for (const dim of x.slice(-2)) c.fix(dim);
    return [x];
  },
  rewrite: nothing,
  macs: none,
  cost: moved,
  roles: noRoles,
  uploads: true,
});
