/** Concat: tensors one after another along an axis. https://onnx.ai/onnx/operators/onnx__Concat.html */
import { type Dim, elements, int, intOf, isFixed, type Node, sameShape } from '@topiary/onnx';
import { moved } from './_cost.js';
import { defineOp, none, nothing } from './_op.js';
import { badNode, fixedDim, fromFront, like, pointwiseRoles, required } from './_rules.js';
import type { Element } from './_value.js';

const axisOf = (node: Node, rank: number): number => fromFront(intOf(node, 'axis', 0), rank, node);

export const Concat = defineOp({
  type: 'Concat',
  domain: '',
  since: 13,
  shape: (c) => {
    const first = required(c, 0);
    const shape: Dim[] = [...first.shape];
    const axis = axisOf(c.node, shape.length);
    const others = (dims: readonly Dim[]) => dims.filter((_, i) => i !== axis);
    c.x.slice(1).forEach((_, i) => {
      const next = required(c, i + 1).shape;
      if (!sameShape(others(next), others(shape)))
        throw badNode(c.node, `[${shape}] but along axis ${axis}`, `[${next}]`);
      shape[axis] = fixedDim(shape[axis], c.node) + fixedDim(next[axis], c.node);
    });
    return [like(first, shape)];
  },
  // rows of each part in turn, where a row is all that lies at one index of the axes before
  value: (c) => {
    const parts = c.x.map((_, i) => c.known(i));
    if (!parts.every((part) => part !== null)) return null;
    const dims = [...parts[0]!.dims];
    const axis = axisOf(c.node, dims.length);
    dims[axis] = parts.reduce((n, part) => n + part.dims[axis]!, 0);
    const data: Element[] = [];
    for (let row = 0; row < elements(dims.slice(0, axis)); row += 1) {
      for (const part of parts) {
        const width = elements(part.dims.slice(axis));
        for (let i = 0; i < width; i += 1) data.push(part.data[row * width + i]!);
      }
    }
    return [{ type: parts[0]!.type, dims, data }];
  },
  // each input takes its part of dY
  gradient: ({ b, node, x, dY }) => {
    const axis = axisOf(node, b.shape(x[0]!).length);
    const sizes = x.map((input) => b.shape(input)[axis]!).filter(isFixed);
    if (x.length === 1) return [dY[0]!];
    return b.ops('Split', [dY[0]!, b.int64s(sizes)], { axis: int(axis) }, { outputs: x.length });
  },
  channels: (c) => {
    const axis = axisOf(c.node, c.x[0]!.length);
    const [first, ...rest] = c.x;
    for (const x of rest) for (const [i, dim] of x.entries()) if (i !== axis) c.unify(first![i]!, dim);
    return [first!.map((dim, i) => (i === axis ? c.sum(c.x.map((x) => x[i]!)) : dim))];
  },
  rewrite: nothing,
  macs: none,
  cost: moved,
  roles: pointwiseRoles({ role: 'parameter' }),
  uploads: true,
});
