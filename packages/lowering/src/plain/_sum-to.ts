/** Sums a tensor over the dimensions along which something of the given shape was broadcast. */
import { floats, type GraphBuilder, int, isFixed, type Shape, sameShape, sizeOf } from '@topiary/onnx';

const lastOnly = (from: Shape, axes: readonly number[]): boolean =>
  from.length > 1 && axes.length === from.length - 1 && !axes.includes(from.length - 1);

/** Σ over all rows as a product with ones: 0.5 ms for 4160 rows of 192 where ReduceSum over axis 0 takes 1.8. */
const sumRows = (b: GraphBuilder, dY: string, rows: number, columns: number): string => {
  const ones = b.constant(floats(new Float32Array(rows).fill(1), [1, rows]), 'ones');
  return b.op('MatMul', [ones, b.op('Reshape', [dY, b.int64s([rows, columns])])]);
};

/** Trailing axes first, then the rest: each pass reads contiguous memory. */
const sumAxes = (b: GraphBuilder, dY: string, axes: readonly number[]): string => {
  const rank = b.shape(dY).length;
  const tail = axes.filter((axis) => axes.filter((other) => other >= axis).length === rank - axis);
  const parts = [tail, axes.filter((axis) => !tail.includes(axis))].filter((part) => part.length > 0);
  return parts.reduce((value, part) => b.op('ReduceSum', [value, b.int64s(part)], { keepdims: int(1) }), dY);
};

export const sumTo = (b: GraphBuilder, dY: string, to: Shape): string => {
  const from = b.shape(dY);
  const lead = from.length - to.length;
  const axes = from.flatMap((dim, i) => (i < lead || to[i - lead] !== dim ? [i] : []));
  if (axes.length === 0) return dY;
  const size = sizeOf(from);
  const last = from.at(-1);
  const fast = lastOnly(from, axes) && size !== null && last !== undefined && isFixed(size) && isFixed(last);
  const sum = fast ? sumRows(b, dY, size / last, last) : sumAxes(b, dY, axes);
  if (sameShape(b.shape(sum), to)) return sum;
  return b.op('Reshape', [sum, b.int64s(to.map((dim) => (isFixed(dim) ? dim : -1)))]);
};
