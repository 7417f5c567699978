/** Weights that are no weights: the same numbers behind arithmetic, in other types, at other places. */
import { type GraphBuilder, int, int64s, ints, type Tensor, tensor } from '@topiary/onnx';

/** `zero` is a number of the example that is always nought: with it nothing can be folded. */
export type WeightWay = (b: GraphBuilder, value: Tensor, zero: string) => string;

const dimsOf = (b: GraphBuilder, { dims }: Tensor): string => b.int64s(dims);
const flat = ({ data }: Tensor): Tensor => ({ type: 'float32', dims: [data.length], data });
const all = (n: number): readonly number[] => [...Array(n).keys()];

export const WEIGHTS: Readonly<Record<string, WeightWay>> = {
  'as they are': (b, value) => b.constant(value),
  'whole numbers, cast and scaled': (b, value, zero) => {
    const most = Math.max(...Array.from(value.data as Float32Array, Math.abs));
    const step = most / 2 ** 23;
    const whole = tensor(
      'int32',
      value.dims,
      Int32Array.from(value.data as Float32Array, (x) => Math.round(x / step)),
    );
    const added = b.op('Add', [b.constant(whole), b.op('Cast', [zero], { to: int(6) })]);
    return b.op('Mul', [b.op('Cast', [added], { to: int(1) }), b.scalar(step)]);
  },
  'places in a sorted table': (b, value, zero) => {
    const numbers = Array.from(value.data as Float32Array);
    const order = all(numbers.length).toSorted((i, k) => numbers[i]! - numbers[k]!);
    const rank = new BigInt64Array(numbers.length);
    order.forEach((place, i) => {
      rank[place] = BigInt(i);
    });
    const table = b.constant(
      tensor(
        'float32',
        [order.length],
        Float32Array.from(order, (i) => numbers[i]!),
      ),
    );
    const places = b.op('Add', [
      b.constant(tensor('int64', [rank.length], rank)),
      b.op('Cast', [zero], { to: int(7) }),
    ]);
    const found = b.op('Gather', [table, b.op('Reshape', [places, b.int64s([rank.length])])]);
    return b.op('Reshape', [found, dimsOf(b, value)]);
  },
  'a sum with nought': (b, value, zero) => b.op('Reshape', [b.op('Add', [b.constant(value), zero]), dimsOf(b, value)]),
  'halves that are doubled': (b, value, zero) => {
    const half = tensor(
      'float32',
      value.dims,
      Float32Array.from(value.data as Float32Array, (x) => x / 2),
    );
    return b.op('Mul', [b.constant(half), b.op('Add', [b.scalar(2), zero])]);
  },
  'running means': (b, value, zero) => {
    const n = value.data.length;
    const vector = (fill: number) => b.constant(tensor('float32', [n], new Float32Array(n).fill(fill)));
    const mean = b.constant(
      tensor(
        'float32',
        [n],
        Float32Array.from(value.data as Float32Array, (x) => -x),
      ),
    );
    const nothing = b.op('Expand', [b.op('Reshape', [zero, b.int64s([1, 1])]), b.int64s([1, n])]);
    const inputs = [nothing, vector(1), vector(0), mean, vector(1)];
    const shifted = b.op('BatchNormalization', inputs, { epsilon: { kind: 'float', value: 1e-12 } });
    return b.op('Reshape', [shifted, dimsOf(b, value)]);
  },
  'pieces, one after another': (b, value, zero) => {
    const [first] = value.dims as [number];
    const row = value.data.length / first;
    const pieces = all(first).map((i) =>
      b.constant(
        tensor('float32', [1, ...value.dims.slice(1)], (value.data as Float32Array).slice(i * row, (i + 1) * row)),
      ),
    );
    return b.op('Mul', [b.op('Concat', pieces, { axis: int(0) }), b.op('Add', [b.scalar(1), zero])]);
  },
  'the larger of two': (b, value, zero) =>
    b.op('Max', [
      b.constant(value),
      b.op('Sub', [b.op('Reshape', [zero, b.int64s(value.dims.map(() => 1))]), b.scalar(1e9)]),
    ]),
  'one of two, by a condition': (b, value, zero) => {
    const never = b.op('Greater', [b.op('Reshape', [zero, b.int64s(value.dims.map(() => 1))]), b.scalar(1)]);
    return b.op('Where', [never, b.scalar(0), b.constant(value)]);
  },
  'scattered into noughts': (b, value, zero) => {
    const n = value.data.length;
    const ground = b.op('Expand', [b.op('Reshape', [zero, b.int64s([1])]), b.int64s([n])]);
    const places = b.constant(tensor('int64', [n, 1], BigInt64Array.from(all(n), BigInt)));
    return b.op('Reshape', [b.op('ScatterND', [ground, places, b.constant(flat(value))]), dimsOf(b, value)]);
  },
  'turned over twice': (b, value, zero) => {
    const perm = all(value.dims.length).toReversed();
    const turned = b.op('Transpose', [b.constant(value)], { perm: ints(perm) });
    return b.op('Transpose', [b.op('Add', [turned, b.op('Reshape', [zero, b.int64s(perm.map(() => 1))])])], {
      perm: ints(perm),
    });
  },
};

/** Nought that depends on the example: [1]. */
export const noughtOf = (b: GraphBuilder, x: string): string => {
  const largest = b.op('ReduceMax', [x], { keepdims: int(0) });
  return b.op('Reshape', [b.op('Mul', [largest, b.scalar(0)]), b.constant(int64s([1]))]);
};
