/**
 * Sums over the elements of an initialiser, one per place along an axis: the hot part of scoring. The two rules have
 * loops of their own, since a call per element (or per row of nine) would cost more than the sum.
 */
import type { MemberView } from './_group-view.js';

/** What of an element enters a score: |w|, w², or |w · other|. */
export type ElementRule = 'magnitude' | 'square' | 'product';

/** Dimensions before the axis, along it and behind it. */
interface Extent {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** Σ |w|. Four sums side by side: no addition waits for the one before. */
const sumMagnitudes = (w: Float32Array, { outer, length, inner }: Extent): Float64Array => {
  const sums = new Float64Array(length);
  let i = 0;
  for (let o = 0; o < outer; o += 1) {
    if (inner === 1) {
      for (let j = 0; j < length; j += 1, i += 1) sums[j] = sums[j]! + Math.abs(w[i]!);
      continue;
    }
    for (let j = 0; j < length; j += 1) {
      const end = i + inner;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (; i < end - 3; i += 4) {
        a += Math.abs(w[i]!);
        b += Math.abs(w[i + 1]!);
        c += Math.abs(w[i + 2]!);
        d += Math.abs(w[i + 3]!);
      }
      for (; i < end; i += 1) a += Math.abs(w[i]!);
      sums[j] = sums[j]! + (a + b + c + d);
    }
  }
  return sums;
};

/** Σ |w · g|, the same way. */
const sumProducts = (w: Float32Array, g: Float32Array, { outer, length, inner }: Extent): Float64Array => {
  const sums = new Float64Array(length);
  let i = 0;
  for (let o = 0; o < outer; o += 1) {
    if (inner === 1) {
      for (let j = 0; j < length; j += 1, i += 1) sums[j] = sums[j]! + Math.abs(w[i]! * g[i]!);
      continue;
    }
    for (let j = 0; j < length; j += 1) {
      const end = i + inner;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (; i < end - 3; i += 4) {
        a += Math.abs(w[i]! * g[i]!);
        b += Math.abs(w[i + 1]! * g[i + 1]!);
        c += Math.abs(w[i + 2]! * g[i + 2]!);
        d += Math.abs(w[i + 3]! * g[i + 3]!);
      }
      for (; i < end; i += 1) a += Math.abs(w[i]! * g[i]!);
      sums[j] = sums[j]! + (a + b + c + d);
    }
  }
  return sums;
};

const count = (dims: readonly number[]): number => dims.reduce((n, dim) => n * dim, 1);

/** Sums over all but one axis. */
export const reduceElements = (
  rule: ElementRule,
  { data, dims, axis }: Pick<MemberView, 'data' | 'dims' | 'axis'>,
  other: Float32Array = data,
): Float64Array => {
  const extent = { outer: count(dims.slice(0, axis)), length: dims[axis]!, inner: count(dims.slice(axis + 1)) };
  return rule === 'magnitude' ? sumMagnitudes(data, extent) : sumProducts(data, other, extent);
};
