/** Gather: picks indices along an axis; an embedding reads a table so. https://onnx.ai/onnx/operators/onnx__Gather.html */
import { type GraphBuilder, int, intOf, ints, type Node, toNumbers } from '@topiary/onnx';
import { abstract } from './_abstract.js';
import { picked } from './_cost.js';
import { reshapeTo } from './_emit.js';
import { defineOp, none, nothing } from './_op.js';
import { fixedDim, fromFront, like, pointwiseRoles, required } from './_rules.js';
import { knownNumbers, rearrange } from './_value.js';

const axisOf = (node: Node, rank: number): number => fromFront(intOf(node, 'axis', 0), rank, node);

/** dX for one constant index: dY at its place, zeros around. */
const placed = (b: GraphBuilder, dy: string, x: string, axis: number, at: number): string => {
  const shape = b.shape(x);
  const slab = reshapeTo(
    b,
    dy,
    shape.map((dim, i) => (i === axis ? 1 : dim)),
  );
  const pads = [...shape, ...shape].map(() => 0);
  pads[axis] = at;
  pads[axis + shape.length] = Number(shape[axis]) - at - 1;
  return b.op('Pad', [slab, b.int64s(pads)]);
};

/** dX = sum over equal indices, with the gathered axis brought to the front and back. */
const scattered = (b: GraphBuilder, node: Node, x: string, indices: string, dy: string, axis: number): string => {
  const [rank, width] = [b.shape(x).length, b.shape(indices).length];
  const rows = int(fixedDim(b.shape(x)[axis], node));
  if (axis === 0) return abstract(b, 'EmbeddingGrad', [indices, dy], { rows });
  const all = [...Array(rank - 1 + width).keys()];
  const front = [...all.slice(axis, axis + width), ...all.slice(0, axis), ...all.slice(axis + width)];
  const table = abstract(b, 'EmbeddingGrad', [indices, b.op('Transpose', [dy], { perm: ints(front) })], { rows });
  const back = [...Array(rank).keys()].map((i) => (i === axis ? 0 : i < axis ? i + 1 : i));
  return b.op('Transpose', [table], { perm: ints(back) });
};

export const Gather = defineOp({
  type: 'Gather',
  domain: '',
  since: 13,
  shape: (c) => {
    const [x, indices] = [required(c, 0), required(c, 1)];
    const axis = axisOf(c.node, x.shape.length);
    return [like(x, [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)])];
  },
  value: (c) => {
    const [x, indices] = [c.known(0), knownNumbers(c, 1)];
    const places = c.known(1)?.dims;
    if (!x || !indices || !places) return null;
    const axis = axisOf(c.node, x.dims.length);
    const size = x.dims[axis]!;
    const dims = [...x.dims.slice(0, axis), ...places, ...x.dims.slice(axis + 1)];
    const y = rearrange(x, dims, (index) => {
      const place = index.slice(axis, axis + places.length);
      const at = indices[place.reduce((n, i, k) => n * places[k]! + i, 0)]!;
      return [...index.slice(0, axis), at < 0 ? at + size : at, ...index.slice(axis + places.length)];
    });
    return [y];
  },
  gradient: ({ b, node, x, dY }) => {
    const shape = b.shape(x[0]!);
    const axis = axisOf(node, shape.length);
    const constant = b.constantOf(x[1]!);
    const single = constant?.data.length === 1 ? toNumbers(constant)[0]! : null;
    if (single === null) return [scattered(b, node, x[0]!, x[1]!, dY[0]!, axis), null];
    const at = single < 0 ? single + fixedDim(shape[axis], node) : single;
    return [placed(b, dY[0]!, x[0]!, axis, at), null];
  },
  // positions along the axis have meaning: it stays whole
  channels: (c) => {
    const x = c.x[0]!;
    const axis = axisOf(c.node, x.length);
    c.fix(x[axis]!);
    return [[...x.slice(0, axis), ...c.x[1]!, ...x.slice(axis + 1)]];
  },
  rewrite: nothing,
  macs: none,
  cost: picked,
  roles: (node, x) => pointwiseRoles({ role: 'parameter' })(node, x.slice(0, 1)),
  uploads: true,
});
