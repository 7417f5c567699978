/**
 * Four rows of a matrix at once, by vector instructions of 64 bits: their products with a vector, or a vector without a
 * combination of them. What following a factorisation column by column consists of.
 */
import { advance, F64X2, f64, f64x2, get, i32, moduleOf, PAGE, repeat, routineOn, set, v128 } from './_assembly.js';

/** Parameters: a vector, four rows, the end of the vector, and where four numbers are written or read; all in bytes. */
const [x, end, four] = [0, 5, 6];
const rows = [1, 2, 3, 4];
const values = [7, 8, 9, 10];
const held = 11;

const onward = [x, ...rows].map((pointer) => advance(pointer, i32.const(16)));
const again = [...get(x), ...get(end), ...i32.lessThan];
const shape = { parameters: 7, numbers: 0, vectors: 5 };

/** four[i] = x · row_i */
const DOTS = moduleOf({
  ...shape,
  body: [
    ...values.flatMap((sum) => [...v128.zero, ...set(sum)]),
    ...repeat(
      [...get(x), ...v128.load, ...set(held)],
      ...rows.map((row, i) => [
        ...get(values[i]!),
        ...get(row),
        ...v128.load,
        ...get(held),
        ...F64X2.mul,
        ...F64X2.add,
        ...set(values[i]!),
      ]),
      ...onward,
      again,
    ),
    ...values.flatMap((sum, i) => [
      ...get(four),
      ...get(sum),
      ...F64X2.extract(0),
      ...get(sum),
      ...F64X2.extract(1),
      ...f64.add,
      ...f64.store(8 * i),
    ]),
  ],
});

/** x -= Σ four[i] row_i */
const WITHOUT = moduleOf({
  ...shape,
  body: [
    ...values.flatMap((factor, i) => [...get(four), ...v128.splat(8 * i), ...set(factor)]),
    ...repeat(
      [...get(x), ...v128.load, ...set(held)],
      ...rows.map((row, i) => [
        ...get(held),
        ...get(row),
        ...v128.load,
        ...get(values[i]!),
        ...F64X2.mul,
        ...f64x2.sub,
        ...set(held),
      ]),
      [...get(x), ...get(held), ...v128.store],
      ...onward,
      again,
    ),
  ],
});

/** Numbers that routines work on, addressed by their place. Vectors are even in length: pad them with zeros. */
export class RowMemory {
  readonly numbers: Float64Array;
  /** Results of `dots`, factors of `without`. */
  readonly four: Float64Array;
  readonly #dots: (...numbers: number[]) => void;
  readonly #without: (...numbers: number[]) => void;
  readonly #four: number;

  constructor(count: number) {
    this.#four = 8 * count;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((this.#four + 32) / PAGE) });
    this.numbers = new Float64Array(memory.buffer, 0, count);
    this.four = new Float64Array(memory.buffer, this.#four, 4);
    this.#dots = routineOn(memory, DOTS);
    this.#without = routineOn(memory, WITHOUT);
  }

  /** Products of the vector at `vector` with the four rows, over `length` numbers (even, above 0). */
  dots(vector: number, [a, b, c, d]: readonly [number, number, number, number], length: number): void {
    this.#dots(8 * vector, 8 * a, 8 * b, 8 * c, 8 * d, 8 * (vector + length), this.#four);
  }

  /** The vector loses `four` times the four rows. */
  without(vector: number, [a, b, c, d]: readonly [number, number, number, number], length: number): void {
    this.#without(8 * vector, 8 * a, 8 * b, 8 * c, 8 * d, 8 * (vector + length), this.#four);
  }
}
