/**
 * Sums over the elements of an initialiser, one per place along an axis: the hot part of scoring. A weight is a member
 * twice, by its rows and by its columns: one pass over the elements serves both, and what it found is kept for the
 * second member. The rules have loops of their own, since a call per element would cost more than the sum.
 */
import type { MemberView } from './_group-view.js';

/** What of an element enters a score: |w|, w², or |w · other|. */
export type ElementRule = 'magnitude' | 'square' | 'product';

/** An array seen as [rows, columns, inner]. */
interface Extent {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

interface Sums {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

const emptySums = ({ rows, columns }: Extent): Sums => ({
  rows: new Float64Array(rows),
  columns: new Float64Array(columns),
});

/** The rows of a matrix that four at once leave over, three at most: few enough for a call per element. */
const withRest = (sums: Sums, of: (i: number) => number): Sums => {
  const { rows, columns } = sums;
  const width = columns.length;
  for (let r = rows.length - (rows.length % 4); r < rows.length; r += 1) {
    let row = 0;
    for (let i = r * width, j = 0; j < width; i += 1, j += 1) {
      const p = of(i);
      columns[j] = columns[j]! + p;
      row += p;
    }
    rows[r] = row;
  }
  return sums;
};

/** Σ |w|. Two sums side by side: no addition waits for the one before. */
const sumMagnitudes = (w: Float32Array, extent: Extent): Sums => {
  const sums = emptySums(extent);
  const { rows, columns } = sums;
  const { inner } = extent;
  let i = 0;
  for (let r = 0; r < rows.length; r += 1) {
    let row = 0;
    for (let c = 0; c < columns.length; c += 1) {
      const end = i + inner;
      let even = 0;
      let odd = 0;
      for (; i < end - 1; i += 2) {
        even += Math.abs(w[i]!);
        odd += Math.abs(w[i + 1]!);
      }
      if (i < end) {
        even += Math.abs(w[i]!);
        i += 1;
      }
      columns[c] = columns[c]! + (even + odd);
      row += even + odd;
    }
    rows[r] = row;
  }
  return sums;
};

/**
 * The same for a matrix (inner = 1), where a loop of one turn would cost more than the sum. Four rows at once: the sum of a
 * column is read and written once for four elements.
 */
const sumFlatMagnitudes = (w: Float32Array, extent: Extent): Sums => {
  const sums = emptySums(extent);
  const { rows, columns } = sums;
  const width = columns.length;
  const fours = rows.length - (rows.length % 4);
  for (let r = 0; r < fours; r += 4) {
    const at = r * width;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = at, j = 0; j < width; i += 1, j += 1) {
      const p = Math.abs(w[i]!);
      const q = Math.abs(w[i + width]!);
      const s = Math.abs(w[i + 2 * width]!);
      const t = Math.abs(w[i + 3 * width]!);
      columns[j] = columns[j]! + (p + q + (s + t));
      a += p;
      b += q;
      c += s;
      d += t;
    }
    rows.set([a, b, c, d], r);
  }
  return withRest(sums, (i) => Math.abs(w[i]!));
};

/** Σ w² of a matrix. Nearly all of a transformer is matrices: a third less time than |w · w|. */
const sumFlatSquares = (w: Float32Array, extent: Extent): Sums => {
  const sums = emptySums(extent);
  const { rows, columns } = sums;
  const width = columns.length;
  const fours = rows.length - (rows.length % 4);
  for (let r = 0; r < fours; r += 4) {
    const at = r * width;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = at, j = 0; j < width; i += 1, j += 1) {
      const p = w[i]!;
      const q = w[i + width]!;
      const s = w[i + 2 * width]!;
      const t = w[i + 3 * width]!;
      columns[j] = columns[j]! + (p * p + q * q + (s * s + t * t));
      a += p * p;
      b += q * q;
      c += s * s;
      d += t * t;
    }
    rows.set([a, b, c, d], r);
  }
  return withRest(sums, (i) => w[i]! * w[i]!);
};

/** Σ |w · g|, the same two ways. */
const sumProducts = (w: Float32Array, g: Float32Array, extent: Extent): Sums => {
  const sums = emptySums(extent);
  const { rows, columns } = sums;
  const { inner } = extent;
  let i = 0;
  for (let r = 0; r < rows.length; r += 1) {
    let row = 0;
    for (let c = 0; c < columns.length; c += 1) {
      const end = i + inner;
      let even = 0;
      let odd = 0;
      for (; i < end - 1; i += 2) {
        even += Math.abs(w[i]! * g[i]!);
        odd += Math.abs(w[i + 1]! * g[i + 1]!);
      }
      if (i < end) {
        even += Math.abs(w[i]! * g[i]!);
        i += 1;
      }
      columns[c] = columns[c]! + (even + odd);
      row += even + odd;
    }
    rows[r] = row;
  }
  return sums;
};

const sumFlatProducts = (w: Float32Array, g: Float32Array, extent: Extent): Sums => {
  const sums = emptySums(extent);
  const { rows, columns } = sums;
  const width = columns.length;
  const fours = rows.length - (rows.length % 4);
  for (let r = 0; r < fours; r += 4) {
    const at = r * width;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = at, j = 0; j < width; i += 1, j += 1) {
      const p = Math.abs(w[i]! * g[i]!);
      const q = Math.abs(w[i + width]! * g[i + width]!);
      const s = Math.abs(w[i + 2 * width]! * g[i + 2 * width]!);
      const t = Math.abs(w[i + 3 * width]! * g[i + 3 * width]!);
      columns[j] = columns[j]! + (p + q + (s + t));
      a += p;
      b += q;
      c += s;
      d += t;
    }
    rows.set([a, b, c, d], r);
  }
  return withRest(sums, (i) => Math.abs(w[i]! * g[i]!));
};

const find = (rule: ElementRule, w: Float32Array, other: Float32Array, extent: Extent): Sums => {
  const isFlat = extent.inner === 1;
  if (rule === 'magnitude') return (isFlat ? sumFlatMagnitudes : sumMagnitudes)(w, extent);
  if (rule === 'square' && isFlat) return sumFlatSquares(w, extent);
  return (isFlat ? sumFlatProducts : sumProducts)(w, other, extent);
};

const count = (dims: readonly number[]): number => dims.reduce((n, dim) => n * dim, 1);

/** The axis and what comes before it, as rows and columns: axes 0 and 1 of one array give the same extent. */
const extentOf = (dims: readonly number[], axis: number): Extent => {
  const columns = Math.max(1, axis);
  return { rows: count(dims.slice(0, columns)), columns: dims[columns] ?? 1, inner: count(dims.slice(columns + 1)) };
};

type Elements = Pick<MemberView, 'data' | 'dims' | 'axis'>;

/** Sums that were found once, for as long as one scoring lasts: elements do not change in the meantime. */
export class ElementSums {
  readonly #known = new Map<Float32Array, { rule: ElementRule; other: Float32Array; columns: number; sums: Sums }>();

  /** Sums over all but one axis; `other` belongs to the rule `product`. */
  of(rule: ElementRule, { data, dims, axis }: Elements, other: Float32Array = data): Float64Array {
    const extent = extentOf(dims, axis);
    const known = this.#known.get(data);
    const fits = known?.rule === rule && known.other === other && known.columns === extent.columns;
    const sums = fits ? known.sums : find(rule, data, other, extent);
    if (!fits) this.#known.set(data, { rule, other, columns: extent.columns, sums });
    return axis === 0 ? sums.rows : sums.columns;
  }
}

/** Sums over all but one axis; those of the last weights are remembered in `sums`. */
export const reduceElements = (
  rule: ElementRule,
  elements: Elements,
  other?: Float32Array,
  sums: ElementSums = new ElementSums(),
): Float64Array => sums.of(rule, elements, other);
