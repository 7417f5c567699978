/** Split: consecutive parts along an axis. https://onnx.ai/onnx/operators/onnx__Split.html */
import { type Dim, int, int64s, intOf, type Node, type Tensor } from '@topiary/onnx';
import { moved } from './_cost.js';
import { defineOp, none, noRoles } from './_op.js';
import { constantOf } from './_reshape.js';
import { badNode, fixedDim, fromFront, like, optionalInts, required } from './_rules.js';
import { rearrange } from './_value.js';

const axisOf = (node: Node, rank: number): number => fromFront(intOf(node, 'axis', 0), rank, node);

/** Sizes of the parts: input 1, else equal ones with a smaller last. */
const sizesOf = (c: { node: Node; constant(i: number): Tensor | null }, size: number): readonly number[] => {
  const given = optionalInts(c, 1);
  const count = intOf(c.node, 'num_outputs', c.node.outputs.length);
  const each = Math.ceil(size / count);
  const sizes = given ?? Array.from({ length: count }, (_, i) => Math.min(each, size - i * each));
  const total = sizes.reduce((sum, part) => sum + part, 0);
  if (total !== size || sizes.some((part) => part < 0) || sizes.length !== c.node.outputs.length) {
    throw badNode(c.node, `${c.node.outputs.length} parts of ${size}`, `[${sizes}]`);
  }
  return sizes;
};

export const Split = defineOp({
  type: 'Split',
  domain: '',
  since: 18,
  shape: (c) => {
    const x = required(c, 0);
    const axis = axisOf(c.node, x.shape.length);
    return sizesOf(c, fixedDim(x.shape[axis], c.node)).map((size) =>
      like(
        x,
        x.shape.map((dim, i): Dim => (i === axis ? size : dim)),
      ),
    );
  },
  value: (c) => {
    const x = c.known(0);
    if (!x || (c.node.inputs[1] && !constantOf(c, 1))) return null;
    const axis = axisOf(c.node, x.dims.length);
    let start = 0;
    return sizesOf({ node: c.node, constant: (i) => constantOf(c, i) }, x.dims[axis]!).map((size) => {
      const shift = start;
      start += size;
      const dims = x.dims.map((dim, i) => (i === axis ? size : dim));
      return rearrange(x, dims, (index) => index.map((at, i) => (i === axis ? at + shift : at)));
    });
  },
  // dX = the parts' gradients one after another, zeros where there is none
  gradient: ({ b, node, x, y, dY }) => {
    const zeros = (part: string) => b.op('Mul', [part, b.scalar(0)]);
    const parts = y.map((part, i) => dY[i] ?? zeros(part));
    const dX = b.op('Concat', parts, { axis: int(axisOf(node, b.shape(x[0]!).length)) });
    return [dX, ...x.slice(1).map(() => null)];
  },
  channels: (c) => {
    const x = c.x[0]!;
    const axis = axisOf(c.node, x.length);
    const parts = c.split(x[axis]!, sizesOf(c, c.size(x[axis]!)));
    return parts.map((part) => x.map((dim, i) => (i === axis ? part : dim)));
  },
  // parts need not stay equal: the sizes are spoken out
  rewrite: (c) => {
    const { shape } = c.before.x[0]!;
    const axis = axisOf(c.node, shape.length);
    const kept = c.keptIn(0, axis);
    let start = 0;
    const sizes = sizesOf(c, fixedDim(shape[axis], c.node)).map((size) => {
      const [from, to] = [start, start + size];
      start = to;
      return kept.filter((position) => position >= from && position < to).length;
    });
    const { num_outputs: _, ...attributes } = c.node.attributes;
    return { attributes, constants: { 1: int64s(sizes) } };
  },
  macs: none,
  cost: moved,
  roles: noRoles,
  uploads: true,
});
