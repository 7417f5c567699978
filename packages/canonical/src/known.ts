/** What is known of a value's elements while folding, and how it becomes a constant again. */
import {
  arrayOf,
  type Dim,
  elementsAt,
  isFixed,
  type Shape,
  type Tensor,
  tensor,
  toHalf,
  toNumbers,
} from '@topiary/onnx';
import type { Known } from '@topiary/ops';

/** Larger constants are weights, not shapes or masks: they are left to `evaluate`. */
export const MOST_ELEMENTS = 2 ** 22;

export const fromTensor = (value: Tensor): Known | null =>
  value.data.length > MOST_ELEMENTS ? null : { type: value.type, dims: value.dims, data: toNumbers(value) };

/** The tensor, or null where an element is unknown or carries the batch. */
export const toTensor = ({ type, dims, data }: Known): Tensor | null => {
  const numbers: number[] = [];
  for (const element of data) {
    if (element === null || !isFixed(element)) return null;
    numbers.push(element);
  }
  if (type === 'int64' || type === 'uint64') {
    if (!numbers.every(Number.isInteger)) return null;
    // 2^63 as a number stands for the largest int64: "to the end" in a Slice.
    const wide = numbers.map(BigInt);
    const clamped = wide.map((n) => (n > INT64_MAX ? INT64_MAX : n < -INT64_MAX ? -INT64_MAX : n));
    return tensor(type, dims, type === 'int64' ? BigInt64Array.from(clamped) : BigUint64Array.from(clamped));
  }
  if (type === 'float16') return tensor(type, dims, Uint16Array.from(numbers, toHalf));
  const Type = arrayOf(type) as Float64ArrayConstructor;
  return tensor(type, dims, Type.from(numbers));
};

const INT64_MAX = 2n ** 63n - 1n;

/** Is a value of this shape small enough to be computed element by element? */
export const isSmall = (shape: Shape): boolean => elementsAt(shape, 1) <= MOST_ELEMENTS;

/** A target shape as ONNX writes it: at most one -1, for the dimension that carries the batch. Null = two of them. */
export const toTarget = (shape: readonly Dim[]): number[] | null => {
  const target = shape.map((dim) => (isFixed(dim) ? dim : -1));
  return target.filter((dim) => dim === -1).length > 1 ? null : target;
};
