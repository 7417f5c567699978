/**
 * Numerical rank of a 32-bit matrix: how many singular values exceed max(H, W) · ε · the largest, ε = 2⁻²³.
 *
 * Singular values are roots of the eigenvalues of A Aᵀ, whose entries are exact enough in 64 bits: the threshold,
 * squared, is at least 1e-14 of the largest eigenvalue. A Aᵀ is brought to a tridiagonal form T by reflections; the
 * number of negative pivots of T - xI is the number of eigenvalues below x (Sturm), which finds the largest eigenvalue
 * by bisection and then counts those above the threshold. No eigenvalue is ever computed.
 */
const EPSILON = 2 ** -23;
/** Halvings until the largest eigenvalue is known to a thousandth of a percent. */
const HALVINGS = 20;

export class MatrixRank {
  readonly #height: number;
  readonly #width: number;
  readonly #size: number;
  readonly #square: Float64Array;
  readonly #diagonal: Float64Array;
  /** Squares of the numbers beside the diagonal. */
  readonly #beside: Float64Array;
  readonly #reflected: Float64Array;

  constructor(height: number, width: number) {
    this.#height = height;
    this.#width = width;
    this.#size = Math.min(height, width);
    this.#square = new Float64Array(this.#size * this.#size);
    this.#diagonal = new Float64Array(this.#size);
    this.#beside = new Float64Array(this.#size);
    this.#reflected = new Float64Array(this.#size);
  }

  /** Of the matrix whose elements begin at `from`. */
  of(data: ArrayLike<number>, from = 0): number {
    if (!this.#multiply(data, from)) return 0;
    this.#tridiagonalize();
    const largest = this.#largest();
    return this.#size - this.#below((Math.max(this.#height, this.#width) * EPSILON) ** 2 * largest);
  }

  /** A Aᵀ or Aᵀ A, whichever is smaller, its lower half; false: A is zero. */
  #multiply(data: ArrayLike<number>, from: number): boolean {
    const [n, width, square] = [this.#size, this.#width, this.#square];
    const byRows = this.#height <= width;
    const [along, across] = byRows ? [1, width] : [width, 1];
    const length = byRows ? width : this.#height;
    let trace = 0;
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        let [p, q, sum] = [from + i * across, from + j * across, 0];
        for (let e = 0; e < length; e += 1, p += along, q += along) sum += data[p]! * data[q]!;
        square[i * n + j] = sum;
      }
      trace += square[i * n + i]!;
    }
    return trace > 0;
  }

  /** Householder's reflections from the last row up; the lower half is read and overwritten. */
  #tridiagonalize(): void {
    const [n, a, diagonal, beside, p] = [this.#size, this.#square, this.#diagonal, this.#beside, this.#reflected];
    beside[0] = 0;
    for (let i = n - 1; i > 0; i -= 1) {
      const row = i * n;
      let norm = 0;
      for (let k = 0; k < i; k += 1) norm += a[row + k]! ** 2;
      beside[i] = norm;
      diagonal[i] = a[row + i]!;
      const head = a[row + i - 1]!;
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
    for (const d of this.#diagonal) {
      low = Math.max(low, d);
      high += d;
    }
    for (let i = 0; i < HALVINGS && high > low; i += 1) {
      const middle = (low + high) / 2;
      if (this.#below(middle) === this.#size) high = middle;
      else low = middle;
    }
    return high;
  }
}
