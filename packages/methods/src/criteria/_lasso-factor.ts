/**
 * The columns that are alive, as Cholesky's factor of their Gram matrix, G_AA = L Lᵀ, and what the path asks of it:
 *
 *   direction  d = G_AA⁻¹ s = L⁻ᵀ z,   z = L⁻¹ s     how coefficients grow as the penalty falls by one
 *   slopes     G_cA d = l_c · z                       how fast correlations fall; of a living column, its sign
 *
 * Columns that wait have a row l_c, too, G_cA = l_c Lᵀ. A column that joins brings one number to each row that waits (an
 * inner product), one to z, and d changes by a multiple of L⁻ᵀ l: half of a triangle, where an inverse would be whole.
 */

/** Columns are linear in others when less than this share of them remains: G has the precision of 32 bits. */
const INDEPENDENT = 1e-6;

export class Factor {
  /** Living columns in the order of the factor. */
  readonly members: number[] = [];
  /** Columns that may come to life. */
  waiting: number[];
  /** By member. */
  direction: Float64Array;
  /** By column. */
  readonly slopes: Float64Array;
  readonly #gram: Float64Array;
  readonly #size: number;
  /** Row c begins at c · size. */
  readonly #rows: Float64Array;
  readonly #z: Float64Array;

  constructor(gram: Float64Array, size: number) {
    this.#gram = gram;
    this.#size = size;
    this.#rows = new Float64Array(size * size);
    this.#z = new Float64Array(size);
    this.direction = new Float64Array(size);
    this.slopes = new Float64Array(size);
    this.waiting = Array.from({ length: size }, (_, c) => c);
  }

  #leaves(column: number): void {
    this.waiting.splice(this.waiting.indexOf(column), 1);
  }

  /** False when the column says nothing new: it waits no longer. */
  add(column: number, sign: number): boolean {
    const [n, rows, size] = [this.members.length, this.#rows, this.#size];
    const own = this.#gram[column * size + column]!;
    const at = column * size;
    let rest = own;
    for (let p = 0; p < n; p += 1) rest -= rows[at + p]! ** 2;
    this.#leaves(column);
    if (rest <= INDEPENDENT * own) return false;
    const pivot = Math.sqrt(rest);
    const step = (sign - this.slopes[column]!) / pivot;
    this.#turn(column, step / pivot);
    rows[at + n] = pivot;
    this.#z[n] = step;
    this.slopes[column] = sign;
    this.members.push(column);
    this.#extend(column, n);
    return true;
  }

  /** The number that a new member brings to each row that waits: (G_cj - l_c · l_j) / L_jj. */
  #extend(column: number, n: number): void {
    const [rows, size, slopes, waiting] = [this.#rows, this.#size, this.slopes, this.waiting];
    const [gram, own, step] = [column * size, column * size, this.#z[n]!];
    const pivot = rows[own + n]!;
    const finish = (c: number, product: number) => {
      const entry = (this.#gram[gram + c]! - product) / pivot;
      rows[c * size + n] = entry;
      slopes[c]! += entry * step;
    };
    let w = 0;
    for (; w + 3 < waiting.length; w += 4) {
      const [i, j, k, l] = [waiting[w]! * size, waiting[w + 1]! * size, waiting[w + 2]! * size, waiting[w + 3]! * size];
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let p = 0; p < n; p += 1) {
        const x = rows[own + p]!;
        a += x * rows[i + p]!;
        b += x * rows[j + p]!;
        c += x * rows[k + p]!;
        d += x * rows[l + p]!;
      }
      finish(waiting[w]!, a);
      finish(waiting[w + 1]!, b);
      finish(waiting[w + 2]!, c);
      finish(waiting[w + 3]!, d);
    }
    for (; w < waiting.length; w += 1) {
      const i = waiting[w]! * size;
      let a = 0;
      for (let p = 0; p < n; p += 1) a += rows[own + p]! * rows[i + p]!;
      finish(waiting[w]!, a);
    }
  }

  /** d becomes (d - t L⁻ᵀ l, t) for a column's row l. */
  #turn(column: number, t: number): void {
    const n = this.members.length;
    const row = this.#rows.slice(column * this.#size, column * this.#size + n);
    this.#solve(row);
    for (let p = 0; p < n; p += 1) this.direction[p]! -= t * row[p]!;
    this.direction[n] = t;
  }

  /** v becomes L⁻ᵀ v, from the last number to the first, two rows at a time. */
  #solve(v: Float64Array): void {
    const [rows, members] = [this.#rows, this.members];
    let p = v.length - 1;
    for (; p > 0; p -= 2) {
      const [i, j] = [members[p]! * this.#size, members[p - 1]! * this.#size];
      const x = v[p]! / rows[i + p]!;
      const y = (v[p - 1]! - x * rows[i + p - 1]!) / rows[j + p - 1]!;
      v[p] = x;
      v[p - 1] = y;
      for (let q = 0; q < p - 1; q += 1) v[q]! -= x * rows[i + q]! + y * rows[j + q]!;
    }
    if (p === 0) v[0]! /= rows[members[0]! * this.#size]!;
  }

  /** Rotations bring the rows behind the one that dies back to a triangle; what they have in its direction goes. */
  remove(column: number): void {
    const [rows, size, z] = [this.#rows, this.#size, this.#z];
    const at = this.members.indexOf(column);
    this.members.splice(at, 1);
    const n = this.members.length;
    this.waiting.push(column);
    rows.fill(0, column * size + at + 1, column * size + n + 1);
    for (let p = at; p < n; p += 1) {
      const own = this.members[p]! * size + p;
      const radius = Math.hypot(rows[own]!, rows[own + 1]!);
      const [cos, sin] = [rows[own]! / radius, rows[own + 1]! / radius];
      const rotate = (of: Float64Array, i: number) => {
        const [a, b] = [of[i]!, of[i + 1]!];
        of[i] = cos * a + sin * b;
        of[i + 1] = cos * b - sin * a;
      };
      for (let m = p; m < n; m += 1) rotate(rows, this.members[m]! * size + p);
      for (const c of this.waiting) rotate(rows, c * size + p);
      rotate(z, p);
    }
    for (const c of this.waiting) this.slopes[c]! -= rows[c * size + n]! * z[n]!;
    const direction = z.slice(0, n);
    this.#solve(direction);
    this.direction.set(direction);
  }
}
