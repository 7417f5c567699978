/** Euclidean distances between channels: rows gathered from an axis of an initialiser, compared four by many. */
import { FOUR, singleProducts } from '../kernels/products.js';
import type { MemberView } from './_group-view.js';

/** Vectors one after another. */
export interface Vectors {
  readonly count: number;
  readonly length: number;
  readonly data: Float32Array;
}

const product = (dims: readonly number[]): number => dims.reduce((n, dim) => n * dim, 1);

/** The slices of a member at the given places of its axis, each flattened. */
export const slicesOf = (
  { data, dims, axis }: Pick<MemberView, 'data' | 'dims' | 'axis'>,
  places: ArrayLike<number>,
): Vectors => {
  const outer = product(dims.slice(0, axis));
  const inner = product(dims.slice(axis + 1));
  const size = dims[axis]!;
  const length = outer * inner;
  const out = new Float32Array(places.length * length);
  for (let i = 0; i < places.length; i += 1) {
    for (let o = 0; o < outer; o += 1) {
      const from = (o * size + places[i]!) * inner;
      const to = i * length + o * inner;
      for (let e = 0; e < inner; e += 1) out[to + e] = data[from + e]!;
    }
  }
  return { count: places.length, length, data: out };
};

const squares = ({ count, length, data }: Vectors): Float64Array => {
  const out = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    let sum = 0;
    for (let e = i * length; e < (i + 1) * length; e += 1) sum += data[e]! * data[e]!;
    out[i] = sum;
  }
  return out;
};

/**
 * Products of 32-bit numbers are wrong by a millionth of ‖a‖ ‖b‖; two vectors that are closer than this, squared and as
 * a share of their squares, are subtracted number by number.
 */
const CLOSE = 1 / 64;

const apart = ({ length, data }: Vectors, i: number, j: number): number => {
  let sum = 0;
  for (let e = 0; e < length; e += 1) sum += (data[i * length + e]! - data[j * length + e]!) ** 2;
  return Math.sqrt(sum);
};

/** Numbers of the vectors that all others pass by at once: half of a second-level cache. */
const AT_ONCE = 2 ** 16;

/** Of each vector, Σ_j ‖v_i - v_j‖, by ‖a - b‖² = ‖a‖² + ‖b‖² - 2 a·b. */
export const distanceSums = (vectors: Vectors): Float64Array => {
  const { count, length, data } = vectors;
  const products = singleProducts();
  const rows = products.rows(count, length);
  const stride = products.strideOf(length);
  for (let i = 0; i < count; i += 1) rows.set(data.subarray(i * length, (i + 1) * length), i * stride);
  const norms = squares(vectors);
  const sums = new Float64Array(count);
  const block = FOUR * Math.max(1, Math.floor(AT_ONCE / (FOUR * stride)));
  for (let from = 0; from < count; from += block) {
    const to = Math.min(count, from + block);
    for (let i = 0; i < to; i += FOUR) {
      const found = products.of(i, from, to);
      for (let j = Math.max(from, i + 1); j < to; j += 1) {
        for (let k = 0; k < FOUR && i + k < j; k += 1) {
          const whole = norms[i + k]! + norms[j]!;
          const squared = whole - 2 * found[FOUR * (j - from) + k]!;
          const distance = squared < CLOSE * whole ? apart(vectors, i + k, j) : Math.sqrt(squared);
          sums[i + k]! += distance;
          sums[j]! += distance;
        }
      }
    }
  }
  return sums;
};
