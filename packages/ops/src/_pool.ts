/** Geometry of the pooling operators. */
import { type Attributes, int, intOf, intsOf, type Node, type Shape } from '@topiary/onnx';
import { extent, spatialOf, type Window, windowAttributes, windowOf } from './_conv.js';
import type { ChannelRule, ShapeRule } from './_op.js';
import { badNode, like, required } from './_rules.js';

export const poolOf = (node: Node, x: Shape): Window => {
  const kernel = intsOf(node, 'kernel_shape');
  if (!kernel) throw badNode(node, 'kernel_shape', 'none');
  return windowOf(node, kernel, spatialOf(x, node));
};

/** Rounded up with ceil_mode, but no window begins in the padding at the end. */
const poolPositions = (node: Node, w: Window, sizes: readonly number[]): readonly number[] =>
  sizes.map((size, i) => {
    const [before, after, stride] = [w.pads[i]!, w.pads[i + sizes.length]!, w.strides[i]!];
    const steps = (size + before + after - extent(w, i)) / stride;
    if (steps < 0) throw badNode(node, `a padded input of at least ${extent(w, i)}`, `${size + before + after}`);
    if (intOf(node, 'ceil_mode', 0) === 0) return Math.floor(steps) + 1;
    const out = Math.ceil(steps) + 1;
    return (out - 1) * stride >= size + before ? out - 1 : out;
  });

export const poolShape: ShapeRule = (c) => {
  const x = required(c, 0);
  const sizes = poolPositions(c.node, poolOf(c.node, x.shape), spatialOf(x.shape, c.node));
  return [like(x, [...x.shape.slice(0, 2), ...sizes])];
};

/** Channels pass; places do not go away. */
export const poolChannels: ChannelRule = (c) => {
  const [n, channels, ...places] = c.x[0]!;
  for (const dim of places) c.fix(dim);
  return c.types.y.map(({ shape }) => [n!, channels!, ...shape.slice(2).map((dim) => c.fixed(dim))]);
};

/** Every attribute spoken out, so that a reader of a gradient needs no defaults. */
export const poolAttributes = (node: Node, x: Shape): Attributes => ({
  ...windowAttributes(poolOf(node, x)),
  ceil_mode: int(intOf(node, 'ceil_mode', 0)),
});
