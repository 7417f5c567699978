/**
 * Two short last axes, as relative positions have them: x [R, v, u] plus y [R, v, 1] or [R, 1, u], and sums over either axis.
 * With E of 0 and 1, E[i, j u + k] = 1 where i = j (or i = k), these are products: y spread is y' E, a sum of x is x' Eᵀ, with
 * y' [R, v] and x' [R, v u] the same memory. onnxruntime takes such axes a few numbers at a time: a step of SAM-tiny's encoder
 * (axes of 3 and of 8; batch 4, one thread) spends 0.5 ms here in place of 1.6, of 26.
 */
import {
  floats,
  type Graph,
  type GraphBuilder,
  type Infer,
  int,
  intOf,
  isFixed,
  type Node,
  type Shape,
} from '@topiary/onnx';
import { type Place, rewritten } from './_rewrite.js';

/** Longer axes are read fast as they are; fewer rows cost nothing. */
const [LONGEST, LEAST_ROWS] = [16, 64];

type Axis = -1 | -2;

/** [R…, v, u] of fixed, short v and u; null: another shape. */
const shortAxesOf = ({ type }: Place, x: string): readonly number[] | null => {
  const { type: kind, shape } = type(x);
  const dims = shape.filter(isFixed);
  if (kind !== 'float32' || dims.length < 3 || dims.length < shape.length) return null;
  const [v, u] = dims.slice(-2) as [number, number];
  const isShort = v > 1 && u > 1 && v <= LONGEST && u <= LONGEST;
  return isShort && dims.slice(0, -2).reduce((rows, dim) => rows * dim, 1) >= LEAST_ROWS ? dims : null;
};

/** The axis of which y has one place where x has several; null: it is not one of the last two, or not the only one. */
const axisOf = (x: readonly number[], y: Shape): Axis | null => {
  if (y.length !== x.length) return null;
  const other = x.flatMap((dim, i) => (dim === y[i] ? [] : [i - x.length]));
  return other.length === 1 && y.at(other[0]!) === 1 && other[0]! >= -2 ? (other[0] as Axis) : null;
};

/** [v, v u] where the last axis is spread or summed, else [u, v u]. */
const spreading = (b: GraphBuilder, [v, u]: readonly [number, number], axis: Axis): string => {
  const rows = axis === -1 ? v : u;
  const data = new Float32Array(rows * v * u);
  for (let at = 0; at < v * u; at += 1) data[(axis === -1 ? Math.floor(at / u) : at % u) * v * u + at] = 1;
  return b.constant(floats(data, [rows, v * u]), 'spread');
};

/** What a value is, but for its shape. */
const memoryOf = ({ producer }: Place, value: string): string => {
  const source = producer.get(value);
  return source?.op === 'Reshape' ? source.inputs[0]! : value;
};

const shaped = (b: GraphBuilder, value: string, dims: readonly number[]): string =>
  b.op('Reshape', [value, b.int64s(dims)], { allowzero: int(0) });

const PRODUCTS = new Set(['MatMul', 'FusedMatMul', 'Gemm', 'Einsum']);
const ARRANGED = new Set(['Reshape', 'Transpose', 'Squeeze', 'Unsqueeze']);

/** Zeros would make NaN of the infinities that masks hold; products hold none. */
const isProduct = ({ producer }: Place, value: string): boolean => {
  let source = producer.get(value);
  while (source !== undefined && ARRANGED.has(source.op)) source = producer.get(source.inputs[0]!);
  return source !== undefined && PRODUCTS.has(source.op);
};

const lastTwo = (dims: readonly number[]): [number, number] => dims.slice(-2) as [number, number];

/** Whether the node was an addition of one value to several along an axis. */
const added = (place: Place, node: Node): boolean => {
  if (node.op !== 'Add' || node.domain !== '') return false;
  const { b, type } = place;
  const [p, q] = node.inputs as [string, string];
  for (const [x, y] of [
    [p, q],
    [q, p],
  ] as const) {
    const dims = shortAxesOf(place, x);
    const axis = dims && axisOf(dims, type(y).shape);
    if (!dims || !axis || !isProduct(place, y)) continue;
    const [v, u] = lastTwo(dims);
    const narrow = shaped(b, memoryOf(place, y), [-1, axis === -1 ? v : u]);
    const spread = b.op('MatMul', [narrow, spreading(b, [v, u], axis)]);
    b.op('Add', [x, shaped(b, spread, dims)], {}, { outputs: node.outputs, name: node.name });
    return true;
  }
  return false;
};

/** Whether the node was a sum over one of two short axes. */
const summed = (place: Place, node: Node): boolean => {
  if (node.op !== 'ReduceSum' || node.domain !== '' || intOf(node, 'keepdims', 1) !== 1) return false;
  const { b, type } = place;
  const dims = shortAxesOf(place, node.inputs[0]!);
  const axis = dims && axisOf(dims, type(node.outputs[0]!).shape);
  if (!dims || !axis) return false;
  const [v, u] = lastTwo(dims);
  const flat = shaped(b, memoryOf(place, node.inputs[0]!), [-1, v * u]);
  const attributes = { transA: int(0), transB: int(1) };
  const sum = b.op('FusedMatMul', [flat, spreading(b, [v, u], axis)], attributes, { domain: 'com.microsoft' });
  const to = b.int64s(type(node.outputs[0]!).shape.map(Number));
  b.op('Reshape', [sum, to], { allowzero: int(0) }, { outputs: node.outputs });
  return true;
};

export const shortAxes = (graph: Graph, infer: Infer): Graph =>
  rewritten(graph, infer, (place, node) => added(place, node) || summed(place, node));
