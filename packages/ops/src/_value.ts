/** Value rules: elements that are known while a graph is folded. Numbers, multiples of the batch symbol, or unknown. */
import {
  type DataType,
  type Dim,
  divideDims,
  elements,
  fromHalf,
  isFixed,
  multiplyDims,
  type Shape,
  type Tensor,
  toHalf,
  toNumbers,
} from '@topiary/onnx';
import type { Known, ValueContext, ValueRule } from './_op.js';
import { broadcastShapes } from './_rules.js';

export type Element = Dim | null;

export const knownOf = ({ type, dims, data }: Tensor): Known => ({
  type,
  dims,
  data: toNumbers({ type, dims, data }),
});

export const knownInts = (values: readonly Element[], dims: readonly number[] = [values.length]): Known => ({
  type: 'int64',
  dims,
  data: values,
});

/** All elements as numbers, or null where one is unknown or carries the batch. */
export const numbersOf = (known: Known | null): readonly number[] | null => {
  const out: number[] = [];
  for (const element of known?.data ?? [null]) {
    if (typeof element !== 'number') return null;
    out.push(element);
  }
  return out;
};

/** The numbers of input i, or null. */
export const knownNumbers = (c: ValueContext, i: number): readonly number[] | null => numbersOf(c.known(i));

/** Row-major strides. */
const stridesOf = (dims: readonly number[]): readonly number[] => dims.map((_, i) => elements(dims.slice(i + 1)));

/** A tensor whose element at each index is the element of `x` at `from(index)`. */
export const rearrange = (
  x: Known,
  dims: readonly number[],
  from: (index: readonly number[]) => readonly number[],
): Known => {
  const strides = stridesOf(x.dims);
  const index = dims.map(() => 0);
  const data: Element[] = [];
  for (let n = elements(dims); n > 0; n -= 1) {
    data.push(x.data[from(index).reduce((at, i, axis) => at + i * strides[axis]!, 0)]!);
    for (let axis = dims.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      if (index[axis]! < dims[axis]!) break;
      index[axis] = 0;
    }
  }
  return { type: x.type, dims, data };
};

const stretched = (x: Known, dims: readonly number[]): readonly Element[] =>
  x.dims.join() === dims.join()
    ? x.data
    : rearrange(x, dims, (index) =>
        x.dims.map((dim, axis) => (dim === 1 ? 0 : index[axis + dims.length - x.dims.length]!)),
      ).data;

export const broadcastKnown = (x: Known, shape: Shape): Known | null => {
  const dims = broadcastShapes(x.dims, shape, 'a constant');
  return dims.every(isFixed) ? { type: x.type, dims, data: stretched(x, dims) } : null;
};

/** Element by element with numpy's broadcasting; `type` of the result (default: of input 0). */
export const pointwise =
  (compute: (elements: readonly Element[], type: DataType) => Element, type?: DataType): ValueRule =>
  (c) => {
    const inputs = c.x.map((_, i) => c.known(i));
    if (!inputs.every((x) => x !== null)) return null;
    const dims = inputs.reduce<Shape>((shape, x) => broadcastShapes(shape, x.dims, 'a constant'), []) as number[];
    const columns = inputs.map((x) => stretched(x, dims));
    const from = inputs[0]!.type;
    // one list for all elements: a new one for each would take most of the time
    const items: Element[] = columns.map(() => null);
    const data = columns[0]!.map((_, i) => {
      for (let k = 0; k < items.length; k += 1) items[k] = columns[k]![i]!;
      return compute(items, from);
    });
    return [{ type: type ?? from, dims, data }];
  };

const isInteger = (type: DataType): boolean => !type.startsWith('float');

/** The number that an element of this type holds. */
export const roundTo = (type: DataType, value: number): number => {
  if (isInteger(type)) return Math.trunc(value);
  if (type === 'float32') return Math.fround(value);
  return type === 'float16' ? fromHalf(toHalf(value)) : value;
};

/** On numbers alone; an element that depends on anything else is unknown. */
export const onNumbers =
  (compute: (...numbers: number[]) => number) =>
  (items: readonly Element[], type: DataType): Element => {
    for (const item of items) if (typeof item !== 'number') return null;
    return roundTo(type, compute(...(items as readonly number[])));
  };

const plus = onNumbers((a, b) => a + b);
export const addElements = (items: readonly Element[], type: DataType): Element => {
  const [a, b] = [items[0]!, items[1]!];
  if (a === 0) return b;
  return b === 0 ? a : plus([a, b], type);
};

const minus = onNumbers((a, b) => a - b);
export const subtractElements = (items: readonly Element[], type: DataType): Element => {
  const [a, b] = [items[0]!, items[1]!];
  if (b === 0) return a;
  return a !== null && a === b ? 0 : minus([a, b], type);
};

const times = onNumbers((a, b) => a * b);
export const multiplyElements = (items: readonly Element[], type: DataType): Element => {
  const [a, b] = [items[0]!, items[1]!];
  const symbolic = typeof a === 'string' || typeof b === 'string';
  return symbolic && a !== null && b !== null ? multiplyDims(a!, b!) : times([a!, b!], type);
};

const over = onNumbers((a, b) => a / b);
export const divideElements = (items: readonly Element[], type: DataType): Element => {
  const [a, b] = [items[0]!, items[1]!];
  const symbolic = typeof a === 'string' || typeof b === 'string';
  if (symbolic) return a !== null && b !== null ? divideDims(a!, b!) : null;
  return isInteger(type) && b === 0 ? null : over([a!, b!], type);
};

/** Comparisons: a dimension that carries the batch is at least one. */
export const compare =
  (test: (a: number, b: number) => boolean) =>
  (items: readonly Element[]): Element => {
    const [a, b] = [items[0]!, items[1]!];
    if (a === null || b === null) return null;
    if (typeof a === 'number' && typeof b === 'number') return Number(test(a, b));
    if (a === b) return Number(test(1, 1));
    if (typeof b === 'number' && b <= 0) return Number(test(1, b));
    if (typeof a === 'number' && a <= 0) return Number(test(a, 1));
    return null;
  };

/** Folds the elements along some axes (all of them for null). */
export const reduceKnown = (
  x: Known,
  axes: readonly number[] | null,
  keepdims: boolean,
  combine: (a: Element, b: Element) => Element,
): Known => {
  const reduced = new Set(axes ?? x.dims.map((_, axis) => axis));
  const kept = x.dims.map((dim, axis) => (reduced.has(axis) ? 1 : dim));
  const data = new Array<Element | undefined>(elements(kept));
  const strides = stridesOf(kept);
  const source = stridesOf(x.dims);
  x.data.forEach((element, at) => {
    const to = kept.reduce(
      (sum, dim, axis) => sum + (dim === 1 ? 0 : (Math.floor(at / source[axis]!) % dim) * strides[axis]!),
      0,
    );
    const before = data[to];
    data[to] = before === undefined ? element : combine(before, element);
  });
  const dims = keepdims ? kept : x.dims.filter((_, axis) => !reduced.has(axis));
  return { type: x.type, dims, data: data.map((element) => element ?? null) };
};
