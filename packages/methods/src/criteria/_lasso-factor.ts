/**
 * The columns that are alive, as Cholesky's factor of their Gram matrix, G_AA = L Lᵀ, and what the path asks of it:
 *
 *   direction  d = G_AA⁻¹ s = L⁻ᵀ z,   z = L⁻¹ s     how coefficients grow as the penalty falls by one
 *   slopes     G_cA d = l_c · z                       how fast correlations fall; of a living column, its sign
 *
 * Columns that wait have a row l_c, too, G_cA = l_c Lᵀ. A column that joins brings one number to each row that waits (an
 * inner product), one to z, and d changes by a multiple of L⁻ᵀ l: half of a triangle, where an inverse would be whole.
 */

import { RowMemory } from '../kernels/rows.js';

/** Columns are linear in others when less than this share of them remains: G has the precision of 32 bits. */
const INDEPENDENT = 1e-6;
/** Rows that a routine takes at once. */
const FOUR = 4;

type Four = readonly [number, number, number, number];

const even = (n: number): number => n + (n & 1);

export class Factor {
  /** Living columns in the order of the factor. */
  readonly members: number[] = [];
  /** Columns that may come to life. */
  waiting: number[];
  /** By member. */
  readonly direction: Float64Array;
  /** By column. */
  readonly slopes: Float64Array;
  readonly #gram: Float64Array;
  readonly #size: number;
  /** Row c begins at c · stride; behind all rows there is room for one vector. */
  readonly #memory: RowMemory;
  readonly #stride: number;
  readonly #vector: number;
  readonly #z: Float64Array;

  constructor(gram: Float64Array, size: number) {
    this.#gram = gram;
    this.#size = size;
    this.#stride = even(size + 1);
    this.#vector = size * this.#stride;
    this.#memory = new RowMemory(this.#vector + this.#stride);
    this.#z = new Float64Array(size);
    this.direction = new Float64Array(size);
    this.slopes = new Float64Array(size);
    this.waiting = Array.from({ length: size }, (_, c) => c);
  }

  /** False when the column says nothing new: it waits no longer. */
  add(column: number, sign: number): boolean {
    const { numbers } = this.#memory;
    const n = this.members.length;
    const [own, at] = [this.#gram[column * this.#size + column]!, column * this.#stride];
    let rest = own;
    for (let p = 0; p < n; p += 1) rest -= numbers[at + p]! ** 2;
    this.waiting.splice(this.waiting.indexOf(column), 1);
    if (rest <= INDEPENDENT * own) return false;
    const pivot = Math.sqrt(rest);
    const step = (sign - this.slopes[column]!) / pivot;
    this.#turn(column, step / pivot);
    this.#extend(column, { pivot, step });
    numbers[at + n] = pivot;
    this.#z[n] = step;
    this.slopes[column] = sign;
    this.members.push(column);
    return true;
  }

  /** The number that a new member brings to each row that waits: (G_cj - l_c · l_j) / L_jj. */
  #extend(column: number, { pivot, step }: { readonly pivot: number; readonly step: number }): void {
    const [n, stride, waiting, gram] = [this.members.length, this.#stride, this.waiting, column * this.#size];
    const { numbers, four } = this.#memory;
    // what stands behind an odd number of entries is multiplied, too
    numbers[column * stride + n] = 0;
    four.fill(0);
    for (let w = 0; w < waiting.length; w += FOUR) {
      const rowAt = (i: number) => waiting[Math.min(w + i, waiting.length - 1)]! * stride;
      if (n > 0) this.#memory.dots(column * stride, [rowAt(0), rowAt(1), rowAt(2), rowAt(3)], even(n));
      for (let i = 0; i < FOUR && w + i < waiting.length; i += 1) {
        const c = waiting[w + i]!;
        const entry = (this.#gram[gram + c]! - four[i]!) / pivot;
        numbers[c * stride + n] = entry;
        this.slopes[c]! += entry * step;
      }
    }
  }

  /** d becomes (d - t L⁻ᵀ l, t) for a column's row l. */
  #turn(column: number, t: number): void {
    const n = this.members.length;
    const at = column * this.#stride;
    const solved = this.#solve(this.#memory.numbers.subarray(at, at + n));
    for (let p = 0; p < n; p += 1) this.direction[p]! -= t * solved[p]!;
    this.direction[n] = t;
  }

  /** L⁻ᵀ v, from the last number to the first, four at a time; valid until the next call. */
  #solve(given: Float64Array): Float64Array {
    const { numbers, four } = this.#memory;
    const v = numbers.subarray(this.#vector, this.#vector + given.length);
    v.set(given);
    const rowAt = (p: number) => this.members[p]! * this.#stride;
    let p = v.length - 1;
    for (; p >= FOUR; p -= FOUR) {
      const rows: Four = [rowAt(p), rowAt(p - 1), rowAt(p - 2), rowAt(p - 3)];
      for (let i = 0; i < FOUR; i += 1) {
        let rest = v[p - i]!;
        for (let k = 0; k < i; k += 1) rest -= four[k]! * numbers[rows[k]! + p - i]!;
        four[i] = rest / numbers[rows[i]! + p - i]!;
      }
      const found = [four[0]!, four[1]!, four[2]!, four[3]!];
      this.#memory.without(this.#vector, rows, even(p - FOUR + 1));
      for (let i = 0; i < FOUR; i += 1) v[p - i] = found[i]!;
    }
    for (; p >= 0; p -= 1) {
      const row = rowAt(p);
      v[p]! /= numbers[row + p]!;
      for (let q = 0; q < p; q += 1) v[q]! -= v[p]! * numbers[row + q]!;
    }
    return v;
  }

  /** Rotations bring the rows behind the one that dies back to a triangle; what they have in its direction goes. */
  remove(column: number): void {
    const { numbers } = this.#memory;
    const [stride, z] = [this.#stride, this.#z];
    const at = this.members.indexOf(column);
    this.members.splice(at, 1);
    this.waiting.push(column);
    const n = this.members.length;
    numbers.fill(0, column * stride + at + 1, column * stride + n + 1);
    const rotate = (of: Float64Array, i: number, [cos, sin]: readonly [number, number]) => {
      const [a, b] = [of[i]!, of[i + 1]!];
      of[i] = cos * a + sin * b;
      of[i + 1] = cos * b - sin * a;
    };
    for (let p = at; p < n; p += 1) {
      const own = this.members[p]! * stride + p;
      const radius = Math.hypot(numbers[own]!, numbers[own + 1]!);
      const angle = [numbers[own]! / radius, numbers[own + 1]! / radius] as const;
      for (let m = p; m < n; m += 1) rotate(numbers, this.members[m]! * stride + p, angle);
      for (const c of this.waiting) rotate(numbers, c * stride + p, angle);
      rotate(z, p, angle);
    }
    for (const c of this.waiting) this.slopes[c]! -= numbers[c * stride + n]! * z[n]!;
    this.direction.set(this.#solve(z.subarray(0, n)));
  }
}
