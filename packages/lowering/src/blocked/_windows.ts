/** Pooling windows that lie side by side: every place belongs to one window at most. */
import { intsOf, type Node } from '@topiary/onnx';
import { ZERO } from './_move.js';

const sizesOf = (node: Node, name: string): readonly number[] => intsOf(node, name) ?? [];

/** Two spatial axes, no window over another, no padding, no gaps in a window. */
export const areApart = (node: Node): boolean => {
  const [kernel, strides] = [sizesOf(node, 'kernel_shape'), sizesOf(node, 'strides')];
  const apart = kernel.length === 2 && kernel.every((k, i) => k <= strides[i]!);
  const [pads, dilations] = [sizesOf(node, 'pads'), sizesOf(node, 'dilations')];
  return apart && pads.every((pad) => pad === 0) && dilations.every((d) => d === 1);
};

/** The window of a place, counted along the rows of a picture of `height` × `width` windows; ZERO outside of all. */
export const windowOf = (node: Node, [height, width]: readonly [number, number]) => {
  const [kernel, strides] = [sizesOf(node, 'kernel_shape'), sizesOf(node, 'strides')];
  return (y: number, x: number): number => {
    const [row, column] = [Math.floor(y / strides[0]!), Math.floor(x / strides[1]!)];
    const inside = y % strides[0]! < kernel[0]! && x % strides[1]! < kernel[1]! && row < height && column < width;
    return inside ? row * width + column : ZERO;
  };
};
