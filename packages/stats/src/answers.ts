/**
 * What a row answered to each test example, over its seeds: p_i, the mean of example i. Two rows meet only in Σ p_i q_i,
 * which for bits is a count of common ones, so that a test of two rows costs a few hundred additions.
 */
import { TopiaryError } from '@topiary/errors';

export interface RowAnswers {
  /** Test examples. */
  readonly n: number;
  readonly seeds: number;
  /** Σ p_i. */
  readonly sum: number;
  /** Σ p_i². */
  readonly squares: number;
  /** Σ over examples of the mean square over seeds; of bits this is `sum`. */
  readonly meanSquares: number;
  /** Σ p_i q_i with the answers of another row to the same examples. */
  products(other: RowAnswers): number;
}

const bad = (where: string, expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_STATS_BAD_INPUT', { where, expected, got });

const ones = (word: number): number => {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** Packed bits (first example in the lowest bit) as words; whatever stands behind the last example is dropped. */
const wordsOf = (bits: Uint8Array, n: number): Uint32Array => {
  if (bits.length * 8 < n) throw bad('BitAnswers', `${n} bits`, `${bits.length * 8}`);
  const words = new Uint32Array(Math.ceil(n / 32));
  for (let i = 0; i < Math.ceil(n / 8); i += 1) words[i >> 2]! |= bits[i]! << (8 * (i & 3));
  if (n % 32 > 0) words[words.length - 1]! &= 2 ** (n % 32) - 1;
  return words;
};

/** Adds one bit per example to counters that lie as bit planes, the lowest first. */
const addTo = (planes: Uint32Array[], words: Uint32Array): void => {
  let carry = words;
  for (const plane of planes) {
    const next = new Uint32Array(words.length);
    for (let i = 0; i < words.length; i += 1) {
      next[i] = plane[i]! & carry[i]!;
      plane[i]! ^= carry[i]!;
    }
    carry = next;
  }
  if (carry.some((word) => word !== 0)) planes.push(carry.slice());
};

/** Right or wrong: how many seeds were right on an example, as bit planes. */
class BitAnswers implements RowAnswers {
  readonly sum: number;
  readonly squares: number;
  readonly meanSquares: number;
  readonly #planes: readonly Uint32Array[];

  constructor(
    runs: readonly Uint8Array[],
    readonly n: number,
    readonly seeds = runs.length,
  ) {
    const planes: Uint32Array[] = [];
    for (const run of runs) addTo(planes, wordsOf(run, n));
    this.#planes = planes;
    this.sum = planes.reduce((sum, plane, j) => sum + 2 ** j * plane.reduce((k, word) => k + ones(word), 0), 0) / seeds;
    this.squares = this.products(this);
    this.meanSquares = this.sum;
  }

  products(other: RowAnswers): number {
    if (!(other instanceof BitAnswers) || other.n !== this.n) {
      throw bad('products', `bits of ${this.n} examples`, `answers to ${other.n}`);
    }
    let sum = 0;
    this.#planes.forEach((a, j) => {
      other.#planes.forEach((b, k) => {
        let count = 0;
        for (let i = 0; i < a.length; i += 1) count += ones(a[i]! & b[i]!);
        sum += 2 ** (j + k) * count;
      });
    });
    return sum / (this.seeds * other.seeds);
  }
}

/** A number per example. */
class NumberAnswers implements RowAnswers {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
  readonly meanSquares: number;
  readonly #means: Float64Array;

  constructor(
    runs: readonly Float32Array[],
    readonly seeds = runs.length,
  ) {
    this.n = runs[0]!.length;
    if (runs.some(({ length }) => length !== this.n)) {
      throw bad('NumberAnswers', `runs over ${this.n} examples`, `lengths ${runs.map(({ length }) => length)}`);
    }
    const means = new Float64Array(this.n);
    let squares = 0;
    for (const run of runs) {
      for (let i = 0; i < this.n; i += 1) {
        means[i]! += run[i]! / seeds;
        squares += run[i]! ** 2 / seeds;
      }
    }
    this.#means = means;
    this.sum = means.reduce((sum, p) => sum + p, 0);
    this.squares = this.products(this);
    this.meanSquares = squares;
  }

  products(other: RowAnswers): number {
    if (!(other instanceof NumberAnswers) || other.n !== this.n) {
      throw bad('products', `numbers of ${this.n} examples`, `answers to ${other.n}`);
    }
    let sum = 0;
    for (let i = 0; i < this.n; i += 1) sum += this.#means[i]! * other.#means[i]!;
    return sum;
  }
}

/** One record per seed, packed as by `packBits`. */
export const bitAnswers = (runs: readonly Uint8Array[], n: number): RowAnswers => {
  if (runs.length === 0 || n < 1) throw bad('bitAnswers', 'a run and an example', `${runs.length} runs, ${n} examples`);
  return new BitAnswers(runs, n);
};

/** One record per seed. */
export const numberAnswers = (runs: readonly Float32Array[]): RowAnswers => {
  if (!runs[0]?.length) throw bad('numberAnswers', 'a run and an example', `${runs.length} runs`);
  return new NumberAnswers(runs);
};
