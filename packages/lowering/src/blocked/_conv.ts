/** Which convolutions are computed in blocks, and the vectors and filters that they need. */
import { type GraphBuilder, ints, isFixed, type Node, type Shape, stringOf } from '@topiary/onnx';
import { type ConvGeometry, geometryOf } from '../plain/_conv.js';
import { padded, padTo, reorderInput, reshape } from './_nchwc.js';
import type { BlockedContext, Candidate } from './_rule.js';

/** Below that many places a picture, a convolution is a matrix product. */
const FEWEST_PLACES = 4;

/** Products with channels that only fill blocks, per product that counts. */
const MOST_WASTE = 3;

const FILLED = ['kernel_shape', 'strides', 'dilations', 'pads'] as const;

/** The geometry of a convolution whose attributes may be left out. */
export const geometryWithDefaults = (node: Node, x: Shape, w: Shape, y: Shape): ConvGeometry => {
  const kernel = w.slice(2).map(Number);
  const ones = kernel.map(() => 1);
  const defaults = { kernel_shape: kernel, strides: ones, dilations: ones, pads: [...kernel, ...kernel].map(() => 0) };
  const attributes = Object.fromEntries(FILLED.map((name) => [name, ints(defaults[name])]));
  return geometryOf({ ...node, attributes: { ...attributes, ...node.attributes } }, x, y);
};

export const isDepthwise = ({ group, C, K }: ConvGeometry): boolean => group > 1 && group === C && group === K;

/** Fewer channels than a block (pictures) are read in plain layout, and none are added. */
export const channelsRead = ({ C }: ConvGeometry, block: number): number => (C < block ? C : padded(C, block));

/** Two spatial axes, a fixed batch, enough places, and not too many zeros in its blocks; `inputs`: channels on x's side. */
export const fitsBlocks = (
  { node, block }: Candidate,
  g: ConvGeometry,
  batch: Shape[number],
  inputs = channelsRead(g, block),
): boolean => {
  if (g.kernel.length !== 2 || !isFixed(batch) || stringOf(node, 'auto_pad', 'NOTSET') !== 'NOTSET') return false;
  if (g.to[0]! * g.to[1]! < FEWEST_PLACES) return false;
  if (isDepthwise(g)) return padded(g.C, block) <= MOST_WASTE * g.C;
  if (g.group !== 1) return false;
  return padded(g.K, block) * inputs <= MOST_WASTE * g.K * g.C;
};

/** [C] filled up with zeros to whole blocks. */
export const wholeVector = (b: GraphBuilder, vector: string, block: number): string =>
  padTo(b, vector, [padded(Number(b.shape(vector)[0]), block)]);

/** w [K, C, T] -> [K/B, C, T, B of K]: a filter for C plain channels. */
export const filterOfPlain = (b: GraphBuilder, w: string, { K, C, kernel, taps }: ConvGeometry, block: number) => {
  const Kp = padded(K, block);
  const whole = padTo(b, reshape(b, w, [K, C * taps]), [Kp, C * taps]);
  return reshape(b, reorderInput(b, whole, [1, Kp, C * taps]), [Kp, C, ...kernel]);
};

/** Input 1 as a filter in blocks: as it is kept between steps, else put there. */
export const filterIn = (c: BlockedContext, g: ConvGeometry): string =>
  c.storedIn(1) ? c.x[1]! : filterOf(c.b, c.x[1]!, g, c.block);

/**
 * w [K, C, T] -> [K/B, C/B, T, B of C, B of K]: blocks of K by ReorderInput, then rows of B move by Transpose.
 * One Transpose of six dimensions takes 3.5 to 5 times as long, for it moves single elements.
 */
const filterOf = (b: GraphBuilder, w: string, { K, C, kernel, taps }: ConvGeometry, block: number): string => {
  const [Kp, Cp] = [padded(K, block), padded(C, block)];
  const whole = padTo(b, reshape(b, w, [K, C, taps]), [Kp, Cp, taps]);
  const columns = reshape(b, reorderInput(b, whole, [1, Kp, Cp * taps]), [Kp / block, Cp / block, block, taps, block]);
  return reshape(b, b.op('Transpose', [columns], { perm: ints([0, 1, 3, 2, 4]) }), [Kp, Cp, ...kernel]);
};
