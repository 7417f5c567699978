/**
 * The domain com.microsoft.nchwc: onnxruntime's own convolutions on blocked channels. [N, C, H, W] is stored as
 * [N, C/B, H, W, B] while the declared shape stays, so element-wise operators need not know; a Reshape to five
 * dimensions shows the order of the elements. A filter is OIHW in blocks of both: [O/B, I/B, h, w, B of I, B of O].
 * Channels beyond C hold finite numbers that nobody reads: every weight that meets them is zero.
 */
import { type Attributes, type GraphBuilder, int, ints } from '@topiary/onnx';

export const NCHWC = 'com.microsoft.nchwc';

/** Channels of a tensor in blocks. */
export const padded = (channels: number, block: number): number => Math.ceil(channels / block) * block;

export const reshape = (b: GraphBuilder, x: string, dims: readonly number[]): string =>
  b.op('Reshape', [x, b.int64s(dims)]);

/** Adds zeros at the end of axes, or cuts there. */
export const padTo = (b: GraphBuilder, x: string, dims: readonly number[]): string => {
  const missing = dims.map((dim, i) => dim - Number(b.shape(x)[i]));
  if (missing.every((n) => n === 0)) return x;
  return b.op('Pad', [x, b.int64s([...dims.map(() => 0), ...missing])]);
};

/** [R, C, S] -> [R, C/B, S, B] for the C channels of each of R pictures with S places. */
export const reorderInput = (b: GraphBuilder, x: string, [R, C, S]: readonly [number, number, number]): string =>
  b.op('ReorderInput', [reshape(b, x, [R, C, S, 1])], {}, { domain: NCHWC });

/** [R, S, C] -> [R, C/B, S, B]: the channels are last already, so blocks of B move as they are. */
export const reorderChannelsLast = (b: GraphBuilder, x: string, [R, S, C]: readonly [number, number, number]): string =>
  b.op('ReorderInput', [reshape(b, x, [R, S, 1, C])], { channels_last: int(1) }, { domain: NCHWC });

/** [R, C/B, S, B] -> [R, C, S] */
export const reorderOutput = (b: GraphBuilder, x: string, [R, C, S]: readonly [number, number, number]): string =>
  b.op('ReorderOutput', [reshape(b, x, [R, C, S, 1])], { channels: int(C) }, { domain: NCHWC });

/** ReorderInput takes channels in fours. */
export const REORDERED = 4;

/** The last block is filled with zeros. */
export const toBlocked = (b: GraphBuilder, x: string, block: number): string => {
  const [N, C, H, W] = b.shape(x).map(Number) as [number, number, number, number];
  const whole = padTo(b, x, [N, padded(C, Math.min(REORDERED, block)), H, W]);
  return b.op('ReorderInput', [whole], {}, { domain: NCHWC });
};

export const fromBlocked = (b: GraphBuilder, x: string, channels: number): string =>
  b.op('ReorderOutput', [x], { channels: int(channels) }, { domain: NCHWC });

export interface BlockedConv {
  readonly kernel: readonly number[];
  readonly pads?: readonly number[];
  readonly strides?: readonly number[];
  readonly dilations?: readonly number[];
  readonly group?: number;
  readonly bias?: string;
  /** Added to the result, in place where nobody else reads it. */
  readonly sum?: string;
  readonly activation?: Attributes;
}

export const blockedConv = (b: GraphBuilder, x: string, w: string, options: BlockedConv): string => {
  const { kernel, pads = [0, 0, 0, 0], strides = [1, 1], dilations = [1, 1], group = 1, bias, sum } = options;
  const inputs = [x, w, ...(bias || sum ? [bias ?? ''] : []), ...(sum ? [sum] : [])];
  const attributes = {
    kernel_shape: ints(kernel),
    pads: ints(pads),
    strides: ints(strides),
    dilations: ints(dilations),
    group: int(group),
    ...options.activation,
  };
  return b.op('Conv', inputs, attributes, { domain: NCHWC });
};
