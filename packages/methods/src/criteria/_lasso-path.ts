/**
 * The path of the lasso from its Gram matrix (Efron et al., Least Angle Regression, Annals of Statistics 2004):
 *
 *   minimise over β  ½ ‖y - Dβ‖² + λ ‖β‖₁,  y = Σ_c D_c,  given G = Dᵀ D alone (Dᵀ y = G 1).
 *
 * From the penalty that leaves nothing down to none, coefficients move along straight lines between the penalties at
 * which one of them comes to life or dies. At λ = 0 all are 1, so every column that the others cannot replace comes up.
 */
import { Factor } from './_lasso-factor.js';

const END = 1e-9;

interface Event {
  /** By how much the penalty falls until then. */
  readonly fall: number;
  readonly column: number;
  readonly kind: 'joins' | 'dies' | 'end';
}

class Path {
  readonly #size: number;
  readonly #factor: Factor;
  /** Dᵀ (y - Dβ). */
  readonly #correlation: Float64Array;
  readonly #coefficients: Float64Array;
  /** The largest penalty under which each column lives. */
  readonly deaths: Float64Array;
  #penalty: number;

  constructor(gram: Float64Array, size: number) {
    this.#size = size;
    this.#factor = new Factor(gram, size);
    this.#correlation = Float64Array.from({ length: size }, (_, c) =>
      gram.subarray(c * size, (c + 1) * size).reduce((sum, g) => sum + g, 0),
    );
    this.#coefficients = new Float64Array(size);
    this.deaths = new Float64Array(size);
    this.#penalty = this.#correlation.reduce((most, c) => Math.max(most, Math.abs(c)), 0);
  }

  #join(column: number): void {
    const isNew = this.#factor.add(column, Math.sign(this.#correlation[column]!));
    if (isNew) this.deaths[column] = Math.max(this.deaths[column]!, this.#penalty);
  }

  #next(died: number): Event {
    const { slopes, direction, members, waiting } = this.#factor;
    let next: Event = { fall: this.#penalty, column: -1, kind: 'end' };
    const offer = (fall: number, column: number, kind: Event['kind']) => {
      if (fall >= 0 && fall < next.fall) next = { fall, column, kind };
    };
    for (const c of waiting) {
      if (c === died) continue;
      const [correlation, slope] = [this.#correlation[c]!, slopes[c]!];
      if (slope < 1) offer(Math.max(0, (this.#penalty - correlation) / (1 - slope)), c, 'joins');
      if (slope > -1) offer(Math.max(0, (this.#penalty + correlation) / (1 + slope)), c, 'joins');
    }
    members.forEach((member, i) => {
      const fall = -this.#coefficients[member]! / direction[i]!;
      if (fall > 0) offer(fall, member, 'dies');
    });
    return next;
  }

  #move(fall: number): void {
    const { slopes, direction, members } = this.#factor;
    this.#penalty -= fall;
    members.forEach((member, i) => {
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
      const { fall, column, kind } = this.#next(died);
      this.#move(fall);
      died = -1;
      if (kind === 'joins') this.#join(column);
      else if (kind === 'dies') {
        this.#factor.remove(column);
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
