/**
 * Batch-major copies for weight gradients: the batch takes the place of the channels, so that a convolution sums over it.
 * Only ReorderInput moves single elements; everything else moves blocks of B or more.
 */
import { elementsAt, type GraphBuilder, ints } from '@topiary/onnx';
import { turn } from './_move.js';
import { padded, padTo, reorderChannelsLast, reorderInput, reshape } from './_nchwc.js';

/** How a picture of a batch-major copy is laid out. */
export interface Pictures {
  /** Examples, a multiple of the block. */
  readonly N: number;
  /** Parts of the channels that are pictures of their own. */
  readonly parts: number;
  /** Channels that lie side by side in the columns. */
  readonly inner: number;
  readonly height: number;
  readonly width: number;
}

/** Fills the batch up to whole blocks with examples of zeros. */
export const wholeBatch = (b: GraphBuilder, x: string, block: number): string => {
  const [N, ...rest] = b.shape(x).map(Number) as [number, ...number[]];
  return padTo(b, x, [padded(N, block), ...rest]);
};

/** Columns of zeros on both sides and rows below; a negative number cuts. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly below: number;
}

/** The kernel would fill columns up itself, but computes each output that touches them alone: 2.5 times as slow. */
const framed = (b: GraphBuilder, x: string, p: Pictures, block: number, { left, right, below }: Frame): string => {
  if (left === 0 && right === 0 && below === 0) return x;
  const place = p.inner * block;
  const view = reshape(b, x, [-1, p.height, p.width * place]);
  return b.op('Pad', [view, b.int64s([0, 0, left * place, 0, below, right * place])]);
};

/**
 * x in blocks of channels, [N, C/B, H, W, B], as pictures [C/B, N/B, H, (W, B of C), B of N]: the channels of a block
 * stay in the columns, where a kernel with dilation B steps over them. That makes 3 B columns of output instead of 3,
 * which keeps the kernel's registers busy: 3.7 ms where one picture per channel takes 7.5 (128×32×16×16, one thread).
 */
export const columnsOf = (b: GraphBuilder, x: string, p: Pictures, frame: Frame, block: number): string => {
  const size = p.parts * p.height * p.width * p.inner;
  const batched = reorderInput(b, wholeBatch(b, x, block), [1, p.N, size]); // [N/B, C/B, …, B of N]
  const wide = framed(b, batched, p, block, frame);
  const elements = elementsAt(b.shape(wide));
  return turn(b, wide, p.N / block, p.parts, elements / ((p.N / block) * p.parts));
};

/** Plain x with few channels, [N, C, H, W], as pictures [N/B, H, (W, C), B of N]. */
export const columnsOfPlain = (b: GraphBuilder, x: string, p: Pictures, frame: Frame, block: number): string => {
  const places = p.height * p.width;
  const batched = reorderInput(b, wholeBatch(b, x, block), [1, p.N, p.inner * places]);
  const view = reshape(b, batched, [p.N / block, p.inner, places, block]);
  return framed(b, b.op('Transpose', [view], { perm: ints([0, 2, 1, 3]) }), p, block, frame);
};

/** dY in blocks, [N, K/B, H, W, B], as filters [N/B, K/B, H, W, B of N, B of K]: one per block of examples. */
export const filtersOf = (b: GraphBuilder, dY: string, block: number): string => {
  const whole = wholeBatch(b, dY, block);
  const [N, K, H, W] = b.shape(whole).map(Number) as [number, number, number, number];
  return reorderChannelsLast(b, whole, [N / block, block, K * H * W]);
};
