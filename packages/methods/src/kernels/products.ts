/**
 * Inner products of rows, four against many, by the processor's vector instructions (WebAssembly): what distances
 * between channels and Gram matrices of maps consist of. Two rows of the many at a time, so that eight sums and what
 * they are made of stay in sixteen registers.
 */
import {
  advance,
  F32X4,
  F64X2,
  f64,
  get,
  i32,
  type Lanes,
  moduleOf,
  PAGE,
  repeat,
  routineOn,
  set,
  v128,
} from './_assembly.js';

/** Rows that are multiplied with the others at once. */
export const FOUR = 4;
const PAIR = 2;

/**
 * run(a, b, out, end, stride, length): for the rows at b, b + stride, … below `end`, two at a time, the products with
 * the four rows at a, added up over `length` bytes, as four numbers of 64 bits each at `out`.
 */
const assemble = (lanes: Lanes): Uint8Array<ArrayBuffer> => {
  const [a, b, out, end, stride, length] = [0, 1, 2, 3, 4, 5];
  const [p, q, stop] = [6, 7, 8];
  const left = [9, 10, 11, 12];
  const [right, sums] = [13, [14, 15, 16, 17, 18, 19, 20, 21]];
  const loads = left.map((row, i) => [
    ...get(p),
    ...new Array(i).fill([...get(stride), ...i32.add]).flat(),
    ...v128.load,
    ...set(row),
  ]);
  const multiply = (k: number) => [
    ...get(q),
    ...(k === 0 ? [] : [...get(stride), ...i32.add]),
    ...v128.load,
    ...set(right),
    ...left.flatMap((row, i) => {
      const sum = sums[k * FOUR + i]!;
      return [...get(sum), ...get(row), ...get(right), ...lanes.mul, ...lanes.add, ...set(sum)];
    }),
  ];
  const store = sums.flatMap((sum, i) => [
    ...get(out),
    ...Array.from({ length: lanes.count }, (_, lane) => [
      ...get(sum),
      ...lanes.extract(lane),
      ...(lane > 0 ? f64.add : []),
    ]).flat(),
    ...f64.store(8 * i),
  ]);
  const along = repeat(...loads, multiply(0), multiply(1), advance(p, i32.const(16)), advance(q, i32.const(16)), [
    ...get(p),
    ...get(stop),
    ...i32.lessThan,
  ]);
  const body = repeat(
    sums.flatMap((sum) => [...v128.zero, ...set(sum)]),
    [...get(a), ...set(p), ...get(b), ...set(q), ...get(a), ...get(length), ...i32.add, ...set(stop)],
    along,
    store,
    advance(b, [...get(stride), ...i32.const(1), ...i32.shl]),
    advance(out, i32.const(8 * FOUR * PAIR)),
    [...get(b), ...get(end), ...i32.lessThan],
  );
  return moduleOf({ parameters: 6, numbers: 3, vectors: 13, body });
};

const up = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Room for rows, and their products; it grows to the largest that it was asked for and is used again. */
class Products<A extends Float32Array | Float64Array> {
  readonly #lanes: Lanes;
  readonly #view: (buffer: ArrayBuffer, length: number) => A;
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  readonly #run: (...numbers: number[]) => void;
  #stride = 0;
  #length = 0;
  #out = 0;

  constructor(lanes: Lanes, view: (buffer: ArrayBuffer, length: number) => A) {
    this.#lanes = lanes;
    this.#view = view;
    this.#run = routineOn(this.#memory, assemble(lanes));
  }

  /** Numbers from the beginning of a row to that of the next: whole vectors. */
  strideOf(length: number): number {
    return up(length, this.#lanes.count);
  }

  /** Room for `count` rows of `length` numbers, to be filled; valid until the next call. What pads them is zero. */
  rows(count: number, length: number): A {
    const { bytes } = this.#lanes;
    const stride = this.strideOf(length);
    const rows = up(count, FOUR);
    this.#length = stride * bytes;
    this.#stride = stride * bytes;
    this.#out = up(rows * this.#stride, 16);
    const whole = this.#out + 8 * FOUR * rows;
    const missing = Math.ceil((whole - this.#memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.#memory.grow(missing);
    const room = this.#view(this.#memory.buffer as ArrayBuffer, rows * stride);
    room.fill(0, count * stride);
    for (let end = stride; stride > length && end <= count * stride; end += stride)
      room.fill(0, end - stride + length, end);
    return room;
  }

  /** Rows i … i + 3 (i a multiple of four) with each of `from` … `to` - 1, rounded to pairs: four numbers for each. */
  of(i: number, from: number, to: number): Float64Array {
    const first = from - (from % PAIR);
    const last = up(to, PAIR);
    this.#run(i * this.#stride, first * this.#stride, this.#out, last * this.#stride, this.#stride, this.#length);
    return new Float64Array(this.#memory.buffer, this.#out + 8 * FOUR * (from - first), FOUR * (to - from));
  }
}

/** Products of 32-bit numbers, added up in 32 bits. */
export const singleProducts = (): Products<Float32Array> => {
  single ??= new Products(F32X4, (buffer, length) => new Float32Array(buffer, 0, length));
  return single;
};
let single: Products<Float32Array> | null = null;

export const doubleProducts = (): Products<Float64Array> => {
  double ??= new Products(F64X2, (buffer, length) => new Float64Array(buffer, 0, length));
  return double;
};
let double: Products<Float64Array> | null = null;

export type { Products };
