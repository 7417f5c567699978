/** Euclidean distances between channels: rows gathered from an axis of an initialiser, compared four by four. */
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

/** Rows i … i+3 against row j: four products side by side for one reading of row j. */
const dots = ({ data, length }: Vectors, i: number, j: number, out: Float64Array): void => {
  let [a, b, c, d] = [0, 0, 0, 0];
  const [p, q] = [i * length, j * length];
  for (let e = 0; e < length; e += 1) {
    const y = data[q + e]!;
    a += data[p + e]! * y;
    b += data[p + length + e]! * y;
    c += data[p + 2 * length + e]! * y;
    d += data[p + 3 * length + e]! * y;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
};

/** Rows up to a multiple of four, so that the last ones have company; the added ones are zero and not counted. */
const padded = ({ count, length, data }: Vectors): Vectors => {
  const rows = Math.ceil(count / 4) * 4;
  if (rows === count) return { count, length, data };
  const out = new Float32Array(rows * length);
  out.set(data);
  return { count, length, data: out };
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

/** Of each vector, Σ_j ‖v_i - v_j‖, by ‖a - b‖² = ‖a‖² + ‖b‖² - 2 a·b in double precision. */
export const distanceSums = (given: Vectors): Float64Array => {
  const vectors = padded(given);
  const { count } = vectors;
  const norms = squares(vectors);
  const sums = new Float64Array(count);
  const four = new Float64Array(4);
  for (let i = 0; i < count; i += 4) {
    for (let j = i + 1; j < count; j += 1) {
      dots(vectors, i, j, four);
      for (let k = 0; k < 4 && i + k < Math.min(j, count); k += 1) {
        const distance = Math.sqrt(Math.max(0, norms[i + k]! + norms[j]! - 2 * four[k]!));
        sums[i + k] = sums[i + k]! + distance;
        sums[j] = sums[j]! + distance;
      }
    }
  }
  return sums;
};
