/** CumSum: running sums along an axis, forwards or backwards. https://onnx.ai/onnx/operators/onnx__CumSum.html */
import { int, intOf, type Node } from '@topiary/onnx';
import { accumulated } from './_cost.js';
import { defineOp, none, noRoles, nothing } from './_op.js';
import { constantOf } from './_reshape.js';
import { badNode, fromFront, requiredInts, sameAsInput } from './_rules.js';
import { addElements, type Element } from './_value.js';

interface Direction {
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

const directionOf = (node: Node): Direction => ({
  exclusive: intOf(node, 'exclusive', 0) === 1,
  reverse: intOf(node, 'reverse', 0) === 1,
});

export const CumSum = defineOp({
  type: 'CumSum',
  domain: '',
  since: 14,
  shape: (c) => {
    const [x] = sameAsInput(c);
    const axes = requiredInts(c, 1);
    if (axes.length !== 1) throw badNode(c.node, 'one axis', `${axes.length}`);
    fromFront(axes[0]!, x!.shape.length, c.node);
    return [x!];
  },
  // positions out of a mask of ones
  value: (c) => {
    const [x, given] = [c.known(0), constantOf(c, 1)];
    if (!x || given?.data.length !== 1) return null;
    const axis = fromFront(Number(given.data[0]), x.dims.length, c.node);
    const { exclusive, reverse } = directionOf(c.node);
    const size = x.dims[axis]!;
    const step = x.dims.slice(axis + 1).reduce((n, dim) => n * dim, 1);
    const data: Element[] = [...x.data];
    for (let start = 0; start < data.length; start += 1) {
      if (Math.floor(start / step) % size !== 0) continue;
      let sum: Element = 0;
      for (let i = 0; i < size; i += 1) {
        const at = start + (reverse ? size - 1 - i : i) * step;
        const next: Element = addElements([sum, x.data[at]!], x.type);
        data[at] = exclusive ? sum : next;
        sum = next;
      }
    }
    return [{ type: x.type, dims: x.dims, data }];
  },
  // what an element was added to lies behind it: dX = running sums of dY the other way
  gradient: ({ b, node, x, dY }) => {
    const { exclusive, reverse } = directionOf(node);
    const attributes = { exclusive: int(Number(exclusive)), reverse: int(Number(!reverse)) };
    return [b.op('CumSum', [dY[0]!, x[1]!], attributes), null];
  },
  // positions along the axis have meaning: it stays whole
  channels: (c) => {
    const x = c.x[0]!;
    c.fix(x[fromFront(requiredInts(c, 1)[0]!, x.length, c.node)]!);
    return [x];
  },
  rewrite: nothing,
  macs: none,
  cost: accumulated,
  roles: noRoles,
  uploads: true,
});
