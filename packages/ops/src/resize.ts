/** Resize: nearest neighbours or interpolation by fixed scales. https://onnx.ai/onnx/operators/onnx__Resize.html */
import {
  type Dim,
  elementsAt,
  type GraphBuilder,
  int64s,
  intOf,
  ints,
  intsOf,
  isFixed,
  type Node,
  type Shape,
  stringOf,
} from '@topiary/onnx';
import { gathered } from './_cost.js';
import { noGradient } from './_emit.js';
import { type CostContext, defineOp, noRoles, noValue } from './_op.js';
import { badNode, fixedDim, fromFront, like, onePerOutput, optionalInts, required } from './_rules.js';

/** Whole factors of the spatial axes of a nearest resize, or an error: each pixel becomes a block. */
const blocksOf = (node: Node, x: Shape, y: Shape): readonly number[] => {
  const nearest = stringOf(node, 'mode', 'nearest') === 'nearest';
  const factors = y.map((dim, axis) => (dim === x[axis] ? 1 : Number(dim) / Number(x[axis])));
  if (!nearest || !factors.every(Number.isInteger) || factors[0] !== 1 || factors[1] !== 1) {
    throw noGradient(node, 'nearest neighbours by whole factors', `${stringOf(node, 'mode', 'nearest')}, [${factors}]`);
  }
  return factors.slice(2);
};

/** Sums blocks: the mean of each, times its size. */
const sumBlocks = (b: GraphBuilder, value: string, block: readonly number[]): string => {
  const mean = b.op('AveragePool', [value], { kernel_shape: ints(block), strides: ints(block) });
  return b.op('Mul', [mean, b.scalar(elementsAt(block))]);
};

const axesOf = (node: Node, rank: number): readonly number[] =>
  (intsOf(node, 'axes') ?? [...Array(rank).keys()]).map((axis) => fromFront(axis, rank, node));

/** Neighbours along an axis that an output is made of; with antialias a shrinking window widens by the factor. */
const NEIGHBOURS: Readonly<Record<string, number>> = { nearest: 1, linear: 2, cubic: 4 };

const tapsOf = ({ node, x, y }: CostContext): number => {
  const each = NEIGHBOURS[stringOf(node, 'mode', 'nearest')] ?? 1;
  const widens = intOf(node, 'antialias', 0) === 1;
  return y[0]!.shape.reduce<number>((taps, dim, axis) => {
    const size = x[0]!.shape[axis]!;
    if (dim === size || !isFixed(dim) || !isFixed(size)) return taps;
    return taps * each * (widens ? Math.max(1, Math.ceil(size / dim)) : 1);
  }, 1);
};

export const Resize = defineOp({
  type: 'Resize',
  domain: '',
  since: 19,
  // inputs: x, region of interest, scales, sizes
  shape: (c) => {
    const x = required(c, 0);
    const rank = x.shape.length;
    const axes = axesOf(c.node, rank);
    const shape: Dim[] = [...x.shape];
    const sizes = optionalInts(c, 3);
    const scales = sizes?.length ? null : optionalInts(c, 2);
    if (!sizes?.length && !scales?.length) throw badNode(c.node, 'scales or sizes', 'neither');
    if (stringOf(c.node, 'keep_aspect_ratio_policy', 'stretch') !== 'stretch') {
      throw badNode(c.node, "keep_aspect_ratio_policy 'stretch'", stringOf(c.node, 'keep_aspect_ratio_policy', ''));
    }
    axes.forEach((axis, i) => {
      if (sizes?.length) shape[axis] = isFixed(shape[axis]!) ? sizes[i]! : shape[axis]!;
      else if (scales![i] !== 1) shape[axis] = Math.floor(fixedDim(shape[axis], c.node) * scales![i]!);
    });
    if (shape.some((dim) => isFixed(dim) && !(Number.isSafeInteger(dim) && dim >= 0)))
      throw badNode(c.node, 'sizes', `[${shape}]`);
    return [like(x, shape)];
  },
  value: noValue,
  // dX = sum of dY over each block
  gradient: ({ b, node, x, y, dY }) => {
    const block = blocksOf(node, b.shape(x[0]!), b.shape(y[0]!));
    return [sumBlocks(b, dY[0]!, block), ...x.slice(1).map(() => null)];
  },
  // batch and channels pass, places are new
  channels: (c) => {
    const [x, y] = [c.types.x[0]!.shape, c.types.y[0]!.shape];
    const dims = c.x[0]!.map((dim, axis) => {
      if (axis < 2 && x[axis] === y[axis]) return dim;
      c.fix(dim);
      return c.fixed(y[axis]!);
    });
    return [dims];
  },
  // sizes may restate the channels
  rewrite: (c) => {
    const sizes = optionalInts(c, 3);
    if (!sizes?.length) return {};
    const axes = axesOf(c.node, c.after.y[0]!.shape.length);
    const kept = sizes.map((size, i) => {
      const dim = c.after.y[0]!.shape[axes[i]!]!;
      return isFixed(dim) ? dim : size;
    });
    return { constants: { 3: int64s(kept) } };
  },
  macs: onePerOutput,
  cost: gathered(tapsOf),
  roles: noRoles,
  uploads: true,
});
