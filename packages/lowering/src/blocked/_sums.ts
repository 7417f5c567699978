/** Sums per channel of a tensor in blocks, [N, C/B, S, B] -> [C]. */
import { type GraphBuilder, int } from '@topiary/onnx';
import { blockedConv, reshape } from './_nchwc.js';

const overBatch = (b: GraphBuilder, perExample: string, N: number, C: number): string =>
  b.op('ReduceSum', [reshape(b, perExample, [N, C]), b.int64s([0])], { keepdims: int(0) });

const dimsOf = (b: GraphBuilder, x: string): [number, number, number, number] =>
  b.shape(x).map(Number) as [number, number, number, number];

/** Σ x: places first, then the batch. */
export const sums = (b: GraphBuilder, x: string, block: number): string => {
  const [N, C, H, W] = dimsOf(b, x);
  const view = reshape(b, x, [(N * C) / block, H * W, block]);
  return overBatch(b, b.op('ReduceSum', [view, b.int64s([1])], { keepdims: int(0) }), N, C);
};

/** A single running sum of more places than that loses digits. */
const LONGEST_SUM = 2 ** 14;

/**
 * Σ x·y: a depthwise convolution of x whose kernel is all of y, one group per channel and example, reads both once and
 * writes nothing: 0.9 ms for 8.4 MB where Mul and ReduceSum take 1.7.
 */
export const dots = (b: GraphBuilder, x: string, y: string, block: number): string => {
  const [N, C, H, W] = dimsOf(b, x);
  if (H * W > LONGEST_SUM) return sums(b, b.op('Mul', [x, y]), block);
  const kernel = [H, W];
  const products = blockedConv(b, reshape(b, x, [1, N * C, H, W]), reshape(b, y, [N * C, 1, H, W]), {
    kernel,
    group: N * C,
  });
  return overBatch(b, products, N, C);
};

/** s·x + shift per channel, with `sum` and an activation for the price of one pass: a depthwise convolution 1×1. */
export const affine = (
  b: GraphBuilder,
  x: string,
  scale: string,
  options: Pick<Parameters<typeof blockedConv>[3], 'bias' | 'sum' | 'activation'>,
): string => {
  const C = Number(b.shape(x)[1]);
  return blockedConv(b, x, reshape(b, scale, [C, 1, 1, 1]), { ...options, kernel: [1, 1], group: C });
};
