/**
 * The gradient of Resize. Resizing is linear in x and separable: y = R x along each axis, with the matrix R that the
 * node's attributes say (https://onnx.ai/onnx/operators/onnx__Resize.html), so dX = Rᵀ dY. Where every pixel becomes a
 * block of equal ones, that is a sum over blocks.
 */
import {
  elementsAt,
  floatOf,
  floats,
  type GraphBuilder,
  intOf,
  ints,
  isFixed,
  type Node,
  stringOf,
  toNumbers,
} from '@topiary/onnx';
import { noGradient } from './_emit.js';

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** Where output position i lies in the input, by coordinate_transformation_mode. */
const SOURCES: Readonly<Record<string, (i: number, axis: Axis) => number>> = {
  half_pixel: (i, { scale }) => (i + 0.5) / scale - 0.5,
  pytorch_half_pixel: (i, { scale, to }) => (to > 1 ? (i + 0.5) / scale - 0.5 : 0),
  align_corners: (i, { from, to }) => (to > 1 ? (i * (from - 1)) / (to - 1) : 0),
  half_pixel_symmetric: (i, { scale, from, to }) => {
    const offset = (from / 2) * (1 - to / (scale * from));
    return offset + (i + 0.5) / scale - 0.5;
  },
  asymmetric: (i, { scale }) => i / scale,
};

const ROUNDINGS: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys' cubic convolution: weights of the pixels at -1, 0, 1, 2 around a position with the fraction t. */
const cubic = (t: number, a: number): readonly number[] =>
  [1 + t, t, 1 - t, 2 - t].map((d) =>
    d <= 1 ? (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1 : a * (d ** 3 - 5 * d ** 2 + 8 * d - 4),
  );

/** The input pixels that output position i is made of, with their weights; beyond the border is the border. */
const tapsOf = (node: Node, x: number): readonly (readonly [number, number])[] => {
  const mode = stringOf(node, 'mode', 'nearest');
  if (mode === 'nearest') return [[ROUNDINGS[stringOf(node, 'nearest_mode', 'round_prefer_floor')]!(x), 1]];
  const left = Math.floor(x);
  if (mode === 'linear') {
    return [
      [left, 1 - (x - left)],
      [left + 1, x - left],
    ];
  }
  return cubic(x - left, floatOf(node, 'cubic_coeff_a', -0.75)).map((weight, k) => [left - 1 + k, weight]);
};

/** R [to, from], row by row. */
const matrixOf = (node: Node, axis: Axis): Float32Array => {
  const mode = stringOf(node, 'coordinate_transformation_mode', 'half_pixel');
  const source = SOURCES[mode];
  if (!source) throw noGradient(node, `one of ${Object.keys(SOURCES).join(', ')}`, mode);
  const matrix = new Float32Array(axis.to * axis.from);
  const within = (at: number) => Math.min(Math.max(at, 0), axis.from - 1);
  for (let i = 0; i < axis.to; i += 1) {
    for (const [at, weight] of tapsOf(node, source(i, axis))) matrix[i * axis.from + within(at)]! += weight;
  }
  return matrix;
};

/** How many equal pixels each pixel becomes, where it does; else null. */
const blockOf = (node: Node, { from, to, scale }: Axis): number | null => {
  const matrix = matrixOf(node, { from, to, scale });
  const times = to / from;
  const equal =
    Number.isInteger(times) &&
    matrix.every((weight, k) => {
      const [i, j] = [Math.floor(k / from), k % from];
      return weight === (Math.floor(i / times) === j ? 1 : 0);
    });
  return equal ? times : null;
};

/** Sums blocks: the mean of each, times its size. */
const sumBlocks = (b: GraphBuilder, value: string, block: readonly number[]): string => {
  const mean = b.op('AveragePool', [value], { kernel_shape: ints(block), strides: ints(block) });
  return b.op('Mul', [mean, b.scalar(elementsAt(block))]);
};

/** Sizes and scales of the axes that change; others null. */
const axesOf = (b: GraphBuilder, x: readonly string[], y: string): readonly (Axis | null)[] => {
  const [from, to] = [b.shape(x[0]!), b.shape(y)];
  const given = x[2] ? b.constantOf(x[2]) : null;
  const scales = given && given.data.length === from.length ? toNumbers(given) : null;
  return from.map((dim, axis) => {
    const size = to[axis]!;
    if (!isFixed(dim) || !isFixed(size) || (dim === size && (scales?.[axis] ?? 1) === 1)) return null;
    return { from: dim, to: size, scale: scales?.[axis] ?? size / dim };
  });
};

export const resizeGradient = (b: GraphBuilder, node: Node, x: readonly string[], y: string, dY: string): string => {
  if (intOf(node, 'antialias', 0) === 1 || intOf(node, 'exclude_outside', 0) === 1)
    throw noGradient(node, 'antialias 0 and exclude_outside 0', 'one of them is 1');
  const axes = axesOf(b, x, y);
  const rank = axes.length;
  if (axes.slice(0, Math.max(2, rank - 2)).some((axis) => axis !== null))
    throw noGradient(node, 'a change of the last two axes of a picture', `[${b.shape(x[0]!)}] to [${b.shape(y)}]`);
  const spatial = axes.slice(2);
  const blocks = spatial.map((axis) => (axis ? blockOf(node, axis) : 1));
  if (blocks.every((block) => block !== null)) return sumBlocks(b, dY, blocks);
  const matrix = (axis: Axis) => floats(matrixOf(node, axis), [axis.to, axis.from]);
  const [rows, columns] = [rank > 3 ? axes[rank - 2] : null, axes[rank - 1]];
  // dX = Rᵀ · dY · R, with the R of the rows and that of the columns
  const wide = columns ? b.op('MatMul', [dY, b.constant(matrix(columns), 'columns')]) : dY;
  if (!rows) return wide;
  const transposed = b.op('Transpose', [b.constant(matrix(rows), 'rows')], { perm: ints([1, 0]) });
  return b.op('MatMul', [transposed, wide]);
};
