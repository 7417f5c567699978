/**
 * Numerical rank of a 32-bit matrix: how many singular values exceed max(H, W) · ε · the largest, ε = 2⁻²³.
 *
 * Singular values are roots of the eigenvalues of A Aᵀ, whose entries are exact enough in 64 bits: the threshold,
 * squared, is at least 1e-14 of the largest eigenvalue. How many eigenvalues lie below x is the number of negative
 * pivots of A Aᵀ - xI = L D Lᵀ (Sylvester's law of inertia), so no eigenvalue is computed. The largest one is only known
 * between two bounds; where the thresholds that they give count alike, as they nearly always do, that is the rank.
 * Otherwise, and where a pivot is too small to divide by, A Aᵀ is brought to a tridiagonal form T by reflections, and the
 * pivots of T - xI (Sturm) find the largest eigenvalue by bisection and then count those above the threshold.
 */
import { doubleProducts, FOUR } from '../kernels/products.js';

const EPSILON = 2 ** -23;
/** Pivots below this share of the threshold, or above so many times the largest eigenvalue, cannot be trusted. */
const LEAST_PIVOT = 0.05;
const MOST_GROWTH = 100;
/** Numbers beside the diagonal below this share of the trace are zero. */
const NEGLIGIBLE = 1e-20;
/** Halvings until the largest eigenvalue is known to a thousandth of a percent. */
const HALVINGS = 20;

/** Rows or columns of a map: how many, and where their numbers lie. */
interface Lines {
  readonly count: number;
  readonly step: number;
  readonly length: number;
  readonly along: number;
}

export class MatrixRank {
  readonly #height: number;
  readonly #width: number;
  /** Rows of the map, or columns, whichever are fewer, that are not zero. */
  #size = 0;
  readonly #rows: Lines;
  readonly #columns: Lines;
  readonly #rowsAt: Int32Array;
  readonly #columnsAt: Int32Array;
  readonly #square: Float64Array;
  readonly #pivots: Float64Array;
  readonly #diagonal: Float64Array;
  /** Squares of the numbers beside the diagonal. */
  readonly #beside: Float64Array;
  readonly #reflected: Float64Array;
  readonly #second: Float64Array;

  constructor(height: number, width: number) {
    const size = Math.min(height, width);
    this.#height = height;
    this.#width = width;
    this.#rows = { count: height, step: width, length: width, along: 1 };
    this.#columns = { count: width, step: 1, length: height, along: width };
    this.#rowsAt = new Int32Array(height);
    this.#columnsAt = new Int32Array(width);
    this.#square = new Float64Array(size * size);
    this.#pivots = new Float64Array(size * size);
    this.#diagonal = new Float64Array(size);
    this.#beside = new Float64Array(size);
    this.#reflected = new Float64Array(size);
    this.#second = new Float64Array(size);
  }

  /** Of the matrix whose elements begin at `from`. */
  of(data: ArrayLike<number>, from = 0): number {
    this.#multiply(data, from);
    if (this.#size === 0) return 0;
    const [low, high] = this.#bounds();
    // a larger threshold counts fewer: all of them at the larger one are all of them
    const fewest = this.#above(this.#threshold(high), high);
    if (fewest === this.#size) return fewest;
    if (fewest !== null && fewest === this.#above(this.#threshold(low), high)) return fewest;
    this.#tridiagonalize();
    return this.#size - this.#below(this.#threshold(this.#largest()));
  }

  #threshold(largest: number): number {
    return (Math.max(this.#height, this.#width) * EPSILON) ** 2 * largest;
  }

  /** Where the `count` lines that are not all zero begin; of a dense map, one look at each line. */
  #nonzero(data: ArrayLike<number>, from: number, { count, step, length, along }: Lines, out: Int32Array): number {
    let found = 0;
    for (let i = 0; i < count; i += 1) {
      let p = from + i * step;
      const end = p + length * along;
      while (p < end && data[p] === 0) p += along;
      if (p < end) out[found++] = i * step;
    }
    return found;
  }

  /** A Aᵀ or Aᵀ A, whichever is smaller without the rows and columns of zeros (after a ReLU, many): its lower half. */
  #multiply(data: ArrayLike<number>, from: number): void {
    const [rows, columns] = [
      this.#nonzero(data, from, this.#rows, this.#rowsAt),
      this.#nonzero(data, from, this.#columns, this.#columnsAt),
    ];
    const [n, length] = rows <= columns ? [rows, columns] : [columns, rows];
    this.#size = n;
    if (n === 0) return;
    const [across, along] = rows <= columns ? [this.#rowsAt, this.#columnsAt] : [this.#columnsAt, this.#rowsAt];
    const square = this.#square;
    const products = doubleProducts();
    const operand = products.rows(n, length);
    const stride = products.strideOf(length);
    for (let i = 0; i < n; i += 1) {
      const [start, to] = [from + across[i]!, i * stride];
      for (let e = 0; e < length; e += 1) operand[to + e] = data[start + along[e]!]!;
    }
    for (let i = 0; i < n; i += FOUR) {
      const last = Math.min(n, i + FOUR);
      const found = products.of(i, 0, last);
      for (let k = i; k < last; k += 1) {
        for (let j = 0; j <= k; j += 1) square[k * n + j] = found[FOUR * j + k - i]!;
      }
    }
  }

  /** Of the largest eigenvalue: Rayleigh's quotient of a vector of ones and the largest square; the largest row sum. */
  #bounds(): readonly [number, number] {
    const [n, square, sums] = [this.#size, this.#square, this.#reflected];
    let [low, whole] = [0, 0];
    sums.fill(0);
    let high = 0;
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < i; j += 1) {
        const g = square[i * n + j]!;
        whole += 2 * g;
        sums[i]! += Math.abs(g);
        sums[j]! += Math.abs(g);
      }
      const own = square[i * n + i]!;
      whole += own;
      sums[i]! += own;
      low = Math.max(low, own);
    }
    for (let i = 0; i < n; i += 1) high = Math.max(high, sums[i]!);
    return [Math.max(low, whole / n), high];
  }

  /** How many eigenvalues of A Aᵀ lie above x; null: the pivots do not say. Two pivots at a time. */
  #above(x: number, largest: number): number | null {
    const [n, a, first, second] = [this.#size, this.#pivots, this.#reflected, this.#second];
    a.set(n * n === a.length ? this.#square : this.#square.subarray(0, n * n));
    const isSafe = (pivot: number) => Math.abs(pivot) >= LEAST_PIVOT * x && Math.abs(pivot) <= MOST_GROWTH * largest;
    let count = 0;
    for (let k = 0; k < n; k += 2) {
      const p = a[k * n + k]! - x;
      if (!isSafe(p)) return null;
      if (p > 0) count += 1;
      if (k + 1 === n) break;
      const beside = a[(k + 1) * n + k]!;
      const q = a[(k + 1) * n + k + 1]! - x - (beside * beside) / p;
      if (!isSafe(q)) return null;
      if (q > 0) count += 1;
      for (let i = k + 2; i < n; i += 1) {
        first[i] = a[i * n + k]!;
        second[i] = a[i * n + k + 1]! - (first[i]! / p) * beside;
      }
      for (let i = k + 2; i < n; i += 1) {
        const [u, v, row] = [first[i]! / p, second[i]! / q, i * n];
        for (let j = k + 2; j <= i; j += 1) a[row + j]! -= u * first[j]! + v * second[j]!;
      }
    }
    return count;
  }

  /** Householder's reflections from the last row up; the lower half is read and overwritten. */
  #tridiagonalize(): void {
    const [n, a, diagonal, beside, p] = [this.#size, this.#square, this.#diagonal, this.#beside, this.#reflected];
    beside[0] = 0;
    let trace = 0;
    for (let i = 0; i < n; i += 1) trace += a[i * n + i]!;
    for (let i = n - 1; i > 0; i -= 1) {
      const row = i * n;
      let norm = 0;
      for (let k = 0; k < i; k += 1) norm += a[row + k]! ** 2;
      beside[i] = norm;
      diagonal[i] = a[row + i]!;
      const head = a[row + i - 1]!;
      // rounding of rounding: its square may be too small for 64 bits
      if (norm <= (NEGLIGIBLE * trace) ** 2) {
        beside[i] = 0;
        continue;
      }
      // v = row ± ‖row‖ e, with the sign that adds
      const alpha = head > 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
      const scale = norm - head * alpha;
      if (scale <= 0 || norm === head * head) continue;
      a[row + i - 1] = head - alpha;
      let dot = 0;
      for (let j = 0; j < i; j += 1) {
        let sum = 0;
        for (let k = 0; k <= j; k += 1) sum += a[j * n + k]! * a[row + k]!;
        for (let k = j + 1; k < i; k += 1) sum += a[k * n + j]! * a[row + k]!;
        p[j] = sum / scale;
        dot += p[j]! * a[row + j]!;
      }
      const half = dot / (2 * scale);
      for (let j = 0; j < i; j += 1) p[j]! -= half * a[row + j]!;
      for (let j = 0; j < i; j += 1) {
        const [v, q] = [a[row + j]!, p[j]!];
        for (let k = 0; k <= j; k += 1) a[j * n + k]! -= v * p[k]! + q * a[row + k]!;
      }
    }
    diagonal[0] = a[0]!;
  }

  /** How many eigenvalues lie below x. */
  #below(x: number): number {
    let [count, pivot] = [0, 1];
    for (let i = 0; i < this.#size; i += 1) {
      pivot = this.#diagonal[i]! - x - (i > 0 ? this.#beside[i]! / pivot : 0);
      // a zero pivot stands for a tiny negative one
      if (pivot === 0) pivot = -Number.MIN_VALUE;
      if (pivot < 0) count += 1;
    }
    return count;
  }

  /** Between the largest number on the diagonal and the trace lies the largest eigenvalue. */
  #largest(): number {
    let [low, high] = [0, 0];
    for (let i = 0; i < this.#size; i += 1) {
      low = Math.max(low, this.#diagonal[i]!);
      high += this.#diagonal[i]!;
    }
    for (let i = 0; i < HALVINGS && high > low; i += 1) {
      const middle = (low + high) / 2;
      if (this.#below(middle) === this.#size) high = middle;
      else low = middle;
    }
    return high;
  }
}
