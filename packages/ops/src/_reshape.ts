/** What operators that only regroup dimensions share: Reshape, Flatten, Squeeze, Unsqueeze. */
import { isFixed, type Shape, sizeOf, type Tensor } from '@topiary/onnx';
import { reshapeTo } from './_emit.js';
import type { ChannelRule, GradientRule, ShapeRule, ValueContext, ValueRule } from './_op.js';

/** Row-major regrouping into the output's dimensions. */
export const regroup: ChannelRule = (c) => [c.reshape(c.x[0]!, c.types.y[0]!.shape)];

// dX has the elements of dY in the shape of X
export const regroupGradient: GradientRule = ({ b, x, dY }) => [
  reshapeTo(b, dY[0]!, b.shape(x[0]!)),
  ...x.slice(1).map(() => null),
];

/** The same elements in the shape that the shape rule gives to an input of the known dimensions. */
export const regroupValue =
  (shape: ShapeRule): ValueRule =>
  (c: ValueContext) => {
    const known = c.known(0);
    if (!known) return null;
    const x = [{ type: known.type, shape: known.dims }, ...c.x.slice(1)];
    const [y] = shape({ node: c.node, x, constant: (i) => constantOf(c, i) });
    const dims = y?.shape ?? [];
    return dims.every(isFixed) && sizeOf(dims) === known.data.length
      ? [{ type: known.type, dims, data: known.data }]
      : null;
  };

/** A known input of integers as the constant that a shape rule asks for. */
export const constantOf = (c: ValueContext, i: number): Tensor | null => {
  const known = c.known(i);
  if (!known?.data.every((element) => typeof element === 'number')) return null;
  return { type: 'float64', dims: known.dims, data: Float64Array.from(known.data as readonly number[]) };
};

/** Numbers as they are, -1 where the batch stands. */
export const targetOf = (shape: Shape): readonly number[] => shape.map((dim) => (isFixed(dim) ? dim : -1));
