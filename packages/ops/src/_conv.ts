/** Geometry that convolutions share: attributes with their defaults, sizes, channels as groups. */
import { type Attributes, int, intOf, ints, intsOf, type Node, type Shape, stringOf } from '@topiary/onnx';
import type { ChannelContext, Expr } from './_dimension.js';
import type { RewriteRule } from './_op.js';
import { badNode, fixedDim } from './_rules.js';

export interface Window {
  /** Sizes along the spatial axes. */
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** All beginnings, then all ends. */
  readonly pads: readonly number[];
}

/** `auto_pad` in numbers: as many outputs as strides fit into the input, the odd one at the end (UPPER) or front. */
const autoPads = (node: Node, mode: string, sizes: readonly number[], w: Omit<Window, 'pads'>): number[] => {
  if (mode === 'VALID') return sizes.flatMap(() => [0, 0]);
  const totals = sizes.map((size, i) => {
    const out = Math.ceil(size / w.strides[i]!);
    return Math.max(0, (out - 1) * w.strides[i]! + w.dilations[i]! * (w.kernel[i]! - 1) + 1 - size);
  });
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total, i) => total - less[i]!);
  if (mode === 'SAME_UPPER') return [...less, ...more];
  if (mode === 'SAME_LOWER') return [...more, ...less];
  throw badNode(node, 'auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER', mode);
};

/** The window of a Conv or pooling node over an input with these spatial sizes. */
export const windowOf = (node: Node, kernel: readonly number[], sizes: readonly number[]): Window => {
  const rank = kernel.length;
  if (sizes.length !== rank) throw badNode(node, `an input with ${rank} spatial axes`, `${sizes.length}`);
  const ones = kernel.map(() => 1);
  const strides = intsOf(node, 'strides') ?? ones;
  const dilations = intsOf(node, 'dilations') ?? ones;
  const mode = stringOf(node, 'auto_pad', 'NOTSET');
  const given = intsOf(node, 'pads') ?? kernel.flatMap(() => [0, 0]);
  const pads = mode === 'NOTSET' ? given : autoPads(node, mode, sizes, { kernel, strides, dilations });
  if (strides.length !== rank || dilations.length !== rank || pads.length !== 2 * rank) {
    throw badNode(
      node,
      `strides and dilations of ${rank} numbers and pads of ${2 * rank}`,
      `${strides.length}, ${dilations.length} and ${pads.length}`,
    );
  }
  const positive = [...kernel, ...strides, ...dilations].every((n) => Number.isSafeInteger(n) && n > 0);
  if (!positive || !pads.every(Number.isSafeInteger)) {
    throw badNode(
      node,
      'a window of positive numbers',
      `kernel [${kernel}], strides [${strides}], dilations [${dilations}]`,
    );
  }
  return { kernel, strides, dilations, pads };
};

/** Size that a window covers along spatial axis i. */
export const extent = ({ kernel, dilations }: Window, i: number): number => dilations[i]! * (kernel[i]! - 1) + 1;

/** Window positions along each axis: floor((size + pads - extent) / stride) + 1. */
export const positions = (node: Node, w: Window, sizes: readonly number[]): readonly number[] =>
  sizes.map((size, i) => {
    const room = size + w.pads[i]! + w.pads[i + sizes.length]! - extent(w, i);
    if (room < 0) throw badNode(node, `a padded input of at least ${extent(w, i)}`, `${room + extent(w, i)}`);
    return Math.floor(room / w.strides[i]!) + 1;
  });

/** Sizes after batch and channels. */
export const spatialOf = (shape: Shape, node: Node): readonly number[] =>
  shape.slice(2).map((dim) => fixedDim(dim, node));

export interface Convolution extends Window {
  readonly group: number;
}

export const convolutionOf = (node: Node, x: Shape, w: Shape): Convolution => {
  const kernel = spatialOf(w, node);
  const given = intsOf(node, 'kernel_shape') ?? kernel;
  if (given.join() !== kernel.join())
    throw badNode(node, `kernel_shape [${kernel}], as the weight has it`, `[${given}]`);
  return { group: intOf(node, 'group', 1), ...windowOf(node, kernel, spatialOf(x, node)) };
};

/** Every attribute spoken out, so that a reader of a gradient needs no defaults. */
export const windowAttributes = ({ kernel, strides, dilations, pads }: Window): Attributes => ({
  kernel_shape: ints(kernel),
  strides: ints(strides),
  dilations: ints(dilations),
  pads: ints(pads),
});

export const convolutionAttributes = (c: Convolution): Attributes => ({ ...windowAttributes(c), group: int(c.group) });

/** The geometry of a node whose attributes are all spoken out. */
export const explicitConvolution = (node: Node): Convolution => ({
  group: intOf(node, 'group', 1),
  kernel: intsOf(node, 'kernel_shape') ?? [],
  strides: intsOf(node, 'strides') ?? [],
  dilations: intsOf(node, 'dilations') ?? [],
  pads: intsOf(node, 'pads') ?? [],
});

/**
 * Channels are groups × channels in a group on both sides. A depthwise convolution is the case where the inner
 * factors are one: its outputs are its inputs. Returns (inner in, all out); the weight's dimensions are unified by
 * the caller, for Conv and ConvTranspose lay them out differently.
 */
export const groupedChannels = (
  c: ChannelContext,
  x: Expr,
  group: number,
  outputs: number,
): { readonly inner: Expr; readonly innerOut: Expr; readonly out: Expr } => {
  const g = c.free(group);
  const inner = c.free(c.size(x) / group);
  const innerOut = c.free(outputs / group);
  c.unify(x, c.product([g, inner]));
  return { inner, innerOut, out: c.product([g, innerOut]) };
};

/** The group count that the cut weight of a Conv, [out, in/group, …], implies. */
export const groupFromWeight: RewriteRule = ({ node, after }) => {
  const [x, w] = [after.x[0]!, after.x[1]!];
  return { attributes: { ...node.attributes, group: int(fixedDim(x.shape[1], node) / fixedDim(w.shape[1], node)) } };
};
