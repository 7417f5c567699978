/**
 * The path of the lasso from its Gram matrix (Efron et al., Least Angle Regression, Annals of Statistics 2004):
 *
 *   minimise over β  ½ ‖y - Dβ‖² + λ ‖β‖₁,  y = Σ_c D_c,  given G = Dᵀ D alone (Dᵀ y = G 1).
 *
 * From the penalty that leaves nothing down to none, coefficients move along straight lines between the penalties at
 * which one of them comes to life or dies. At λ = 0 all are 1, so every column that the others cannot replace comes up.
 */

/** Columns are linear in others when less than this share of them remains: G has the precision of 32 bits. */
const INDEPENDENT = 1e-6;
const END = 1e-9;

/** Columns that are alive, with the inverse of their Gram matrix: rows and columns in the order of `members`. */
class Active {
  readonly members: number[] = [];
  readonly signs: number[] = [];
  readonly #gram: Float64Array;
  readonly #size: number;
  readonly #inverse: Float64Array;

  constructor(gram: Float64Array, size: number) {
    this.#gram = gram;
    this.#size = size;
    this.#inverse = new Float64Array(size * size);
  }

  /** Inverse · v. */
  #times(v: ArrayLike<number>): Float64Array {
    const out = new Float64Array(this.members.length);
    for (let i = 0; i < out.length; i += 1) {
      let sum = 0;
      const row = i * this.#size;
      for (let j = 0; j < out.length; j += 1) sum += this.#inverse[row + j]! * v[j]!;
      out[i] = sum;
    }
    return out;
  }

  /** How the coefficients grow as the penalty falls by one. */
  direction(): Float64Array {
    return this.#times(this.signs);
  }

  /** False, and nothing is done, when the column says nothing new. */
  add(column: number, sign: number): boolean {
    const [size, inverse] = [this.#size, this.#inverse];
    const own = this.#gram[column * size + column]!;
    const across = Float64Array.from(this.members, (member) => this.#gram[member * size + column]!);
    const u = this.#times(across);
    const rest = own - across.reduce((sum, g, i) => sum + g * u[i]!, 0);
    if (rest <= INDEPENDENT * own) return false;
    const n = this.members.length;
    for (let i = 0; i < n; i += 1) {
      const scaled = u[i]! / rest;
      for (let j = 0; j < n; j += 1) inverse[i * size + j]! += scaled * u[j]!;
      inverse[i * size + n] = -scaled;
      inverse[n * size + i] = -scaled;
    }
    inverse[n * size + n] = 1 / rest;
    this.members.push(column);
    this.signs.push(sign);
    return true;
  }

  remove(at: number): void {
    const [size, inverse, last] = [this.#size, this.#inverse, this.members.length - 1];
    const pivot = inverse[at * size + at]!;
    const row = Float64Array.from({ length: last + 1 }, (_, j) => inverse[at * size + j]!);
    for (let i = 0; i <= last; i += 1) {
      for (let j = 0; j <= last; j += 1) inverse[i * size + j]! -= (row[i]! * row[j]!) / pivot;
    }
    // the last one takes the place that is free
    for (let j = 0; j <= last; j += 1) inverse[at * size + j] = inverse[last * size + j]!;
    for (let i = 0; i <= last; i += 1) inverse[i * size + at] = inverse[i * size + last]!;
    this.members[at] = this.members[last]!;
    this.signs[at] = this.signs[last]!;
    this.members.pop();
    this.signs.pop();
  }
}

interface Event {
  /** By how much the penalty falls until then. */
  readonly fall: number;
  readonly column: number;
  readonly kind: 'joins' | 'dies' | 'end';
}

class Path {
  readonly #gram: Float64Array;
  readonly #size: number;
  readonly #active: Active;
  /** Dᵀ (y - Dβ). */
  readonly #correlation: Float64Array;
  readonly #coefficients: Float64Array;
  readonly #alive: Uint8Array;
  /** Columns that say nothing new. */
  readonly #idle: Uint8Array;
  /** The largest penalty under which each column lives. */
  readonly deaths: Float64Array;
  #penalty: number;

  constructor(gram: Float64Array, size: number) {
    this.#gram = gram;
    this.#size = size;
    this.#active = new Active(gram, size);
    this.#correlation = Float64Array.from({ length: size }, (_, c) =>
      gram.subarray(c * size, (c + 1) * size).reduce((sum, g) => sum + g, 0),
    );
    this.#coefficients = new Float64Array(size);
    this.#alive = new Uint8Array(size);
    this.#idle = new Uint8Array(size);
    this.deaths = new Float64Array(size);
    this.#penalty = this.#correlation.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  }

  #join(column: number): void {
    const isNew = this.#active.add(column, Math.sign(this.#correlation[column]!));
    if (!isNew) this.#idle[column] = 1;
    else {
      this.#alive[column] = 1;
      this.deaths[column] = Math.max(this.deaths[column]!, this.#penalty);
    }
  }

  /** How fast correlations fall: G_{·A} d. */
  #slopes(direction: Float64Array): Float64Array {
    const [size, gram] = [this.#size, this.#gram];
    const slopes = new Float64Array(size);
    this.#active.members.forEach((member, i) => {
      const [d, row] = [direction[i]!, member * size];
      for (let c = 0; c < size; c += 1) slopes[c]! += d * gram[row + c]!;
    });
    return slopes;
  }

  #next(direction: Float64Array, slopes: Float64Array, died: number): Event {
    let next: Event = { fall: this.#penalty, column: -1, kind: 'end' };
    const offer = (fall: number, column: number, kind: Event['kind']) => {
      if (fall >= 0 && fall < next.fall) next = { fall, column, kind };
    };
    for (let c = 0; c < this.#size; c += 1) {
      if (this.#alive[c] || this.#idle[c] || c === died) continue;
      const [correlation, slope] = [this.#correlation[c]!, slopes[c]!];
      if (slope < 1) offer(Math.max(0, (this.#penalty - correlation) / (1 - slope)), c, 'joins');
      if (slope > -1) offer(Math.max(0, (this.#penalty + correlation) / (1 + slope)), c, 'joins');
    }
    this.#active.members.forEach((member, i) => {
      const fall = -this.#coefficients[member]! / direction[i]!;
      if (fall > 0) offer(fall, member, 'dies');
    });
    return next;
  }

  #move(fall: number, direction: Float64Array, slopes: Float64Array): void {
    this.#penalty -= fall;
    this.#active.members.forEach((member, i) => {
      this.#coefficients[member]! += fall * direction[i]!;
    });
    for (let c = 0; c < this.#size; c += 1) this.#correlation[c]! -= fall * slopes[c]!;
  }

  follow(): void {
    const start = this.#penalty;
    if (start <= 0) return;
    this.#join(this.#correlation.findIndex((c) => Math.abs(c) === start));
    let died = -1;
    // each column joins once, and few of them die on the way
    for (let turn = 0; turn < 8 * this.#size && this.#penalty > END * start; turn += 1) {
      const direction = this.#active.direction();
      const slopes = this.#slopes(direction);
      const { fall, column, kind } = this.#next(direction, slopes, died);
      this.#move(fall, direction, slopes);
      died = -1;
      if (kind === 'joins') this.#join(column);
      else if (kind === 'dies') {
        this.#active.remove(this.#active.members.indexOf(column));
        this.#alive[column] = 0;
        this.#coefficients[column] = 0;
        died = column;
      } else return;
    }
  }
}

/** For each column, the share of the largest penalty under which its coefficient dies for good; 0: it never lives. */
export const deathPenalties = (gram: Float64Array, size: number): Float64Array => {
  const path = new Path(gram, size);
  path.follow();
  const most = path.deaths.reduce((a, b) => Math.max(a, b), 0);
  return most > 0 ? path.deaths.map((penalty) => penalty / most) : path.deaths;
};
