/** TopK: the k largest (or smallest) elements along an axis, and where they are. https://onnx.ai/onnx/operators/onnx__TopK.html */
import { type Dim, int, intOf, type Node } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { normalized } from './_cost.js';
import { noGradient } from './_emit.js';
import { defineOp, none, noRoles, nothing, noValue } from './_op.js';
import { badNode, fromFront, required, requiredSizes } from './_rules.js';

const axisOf = (node: Node, rank: number): number => fromFront(intOf(node, 'axis', -1), rank, node);

export const TopK = defineOp({
  type: 'TopK',
  domain: '',
  since: 11,
  // inputs: x, [k]
  shape: (c) => {
    const { type, shape } = required(c, 0);
    const axis = axisOf(c.node, shape.length);
    const [k] = requiredSizes(c, 1);
    const size = shape[axis]!;
    if (k === undefined || (typeof size === 'number' && k > size))
      throw badNode(c.node, `k of at most ${size}`, `${k ?? 'none'}`);
    const taken = shape.map((dim, i): Dim => (i === axis ? k : dim));
    return [
      { type, shape: taken },
      { type: 'int64', shape: taken },
    ];
  },
  value: noValue,
  // dY goes back to the places that were taken
  gradient: ({ b, node, x, y, dY }) => {
    if (!dY[0]) return [null, null];
    if (!y[1]) throw noGradient(node, 'the places as output 1', 'none');
    const axis = int(axisOf(node, b.shape(x[0]!).length));
    return [abstract(b, 'GatherElementsGrad', [x[0]!, y[1], dY[0]], { axis }), null];
  },
  // all along the axis compete: it stays whole
  channels: (c) => {
    const x = c.x[0]!;
    const axis = axisOf(c.node, x.length);
    c.fix(x[axis]!);
    return c.types.y.map(({ shape }) => x.map((dim, i) => (i === axis ? c.fixed(shape[axis]!) : dim)));
  },
  rewrite: nothing,
  macs: none,
  // a heap of k: each element is compared with it about log k times
  cost: (c) => {
    const k = Number(c.y[0]!.shape[axisOf(c.node, c.y[0]!.shape.length)]);
    return normalized(1 + Math.ceil(Math.log2(Math.max(1, k))))(c);
  },
  roles: noRoles,
  uploads: true,
});
