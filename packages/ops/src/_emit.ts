/** Nodes that many gradient rules add. */
import { TopiaryError } from '@topiary/errors';
import { type GraphBuilder, int, ints, isFixed, type Node, placeOf, type Shape, sameShape } from '@topiary/onnx';

/** Gives a value another shape with the same elements; one dimension may carry the batch symbol. */
export const reshapeTo = (b: GraphBuilder, value: string, shape: Shape): string =>
  sameShape(b.shape(value), shape)
    ? value
    : b.op('Reshape', [value, b.int64s(shape.map((dim) => (isFixed(dim) ? dim : -1)))]);

export const sumOver = (b: GraphBuilder, value: string, axes: readonly number[], keepdims = false): string =>
  axes.length === 0 ? value : b.op('ReduceSum', [value, b.int64s(axes)], { keepdims: int(Number(keepdims)) });

/** Swaps the last two axes. */
export const transposeLast = (b: GraphBuilder, value: string): string => {
  const rank = b.shape(value).length;
  const perm = [...Array(rank).keys()];
  [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  return b.op('Transpose', [value], { perm: ints(perm) });
};

/** A vector of channels as [C, 1, …], so that it meets axis 1 of a tensor of this rank. */
export const alongChannels = (b: GraphBuilder, vector: string, rank: number): string =>
  reshapeTo(b, vector, [...b.shape(vector), ...Array<number>(Math.max(0, rank - 2)).fill(1)]);

/** All axes but 1. */
export const notChannels = (rank: number): readonly number[] => [...Array(rank).keys()].filter((axis) => axis !== 1);

export const noGradient = (node: Node, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_OPS_NO_GRADIENT', { where: placeOf(node), expected, got });

/** `above` where x > 0, else `below`. */
export const wherePositive = (b: GraphBuilder, x: string, above: string, below: string): string =>
  b.op('Where', [b.op('Greater', [x, b.scalar(0)]), above, below]);
