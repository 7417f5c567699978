/**
 * Precision at given recalls and its mean, as COCO defines them. Recall grows at hits alone, so the curve is known from
 * them; precision is made non-increasing from the right, and read where recall first reaches 0, .01 … 1.
 */
import { THRESHOLDS } from './match.js';
import type { Ranked } from './ranked.js';

const POINTS = 101;
/** numpy.spacing(1), which the evaluator adds to a denominator. */
const SPACING = 2 ** -52;

/** How often each picture is there; null: once. */
export type Weights = ArrayLike<number> | null;

/** Objects that count. */
export const truthsOf = ({ truths }: Ranked, weights: Weights): number => {
  let sum = 0;
  for (let i = 0; i < truths.length; i += 1) sum += truths[i]! * (weights === null ? 1 : weights[i]!);
  return sum;
};

/** Of one threshold, after each hit: hits so far, precision, and the place of the detection in the ranking. */
class Hits {
  count = 0;
  readonly #right: Float64Array;
  readonly #precision: Float64Array;
  readonly #at: Uint32Array;

  constructor(most: number) {
    this.#right = new Float64Array(most);
    this.#precision = new Float64Array(most);
    this.#at = new Uint32Array(most);
  }

  /** `weight` hits at once: copies of a picture stand side by side. `all`: whatever counted so far, they included. */
  push(weight: number, all: number, at: number): void {
    const right = (this.count === 0 ? 0 : this.#right[this.count - 1]!) + weight;
    this.#right[this.count] = right;
    this.#precision[this.count] = right / (all + SPACING);
    this.#at[this.count] = at;
    this.count += 1;
  }

  /** Calls with each recall that is reached: its point, precision, and the place of the detection that reaches it. */
  read(truths: number, found: (point: number, precision: number, at: number) => void): void {
    const [right, precision] = [this.#right, this.#precision];
    for (let k = this.count - 2; k >= 0; k -= 1) {
      if (precision[k + 1]! > precision[k]!) precision[k] = precision[k + 1]!;
    }
    let k = 0;
    for (let point = 0; point < POINTS; point += 1) {
      const recall = point === POINTS - 1 ? 1 : point * 0.01;
      while (k < this.count && right[k]! / truths < recall) k += 1;
      if (k === this.count) return;
      found(point, precision[k]!, this.#at[k]!);
    }
  }
}

/** By threshold. */
const hitsOf = ({ pictures, hits, ignored }: Ranked, weights: Weights): readonly Hits[] => {
  const [most, passed] = [new Uint32Array(THRESHOLDS.length), new Float64Array(THRESHOLDS.length)];
  for (const bits of hits)
    for (let rest = bits; rest !== 0; rest &= rest - 1) most[31 - Math.clz32(rest & -rest)]! += 1;
  const all = THRESHOLDS.map((_, t) => new Hits(most[t]!));
  let seen = 0;
  for (let i = 0; i < pictures.length; i += 1) {
    const weight = weights === null ? 1 : weights[pictures[i]!]!;
    const [right, void_] = [hits[i]!, ignored[i]!];
    seen += weight;
    if ((right | void_) === 0 || weight === 0) continue;
    for (let t = 0; t < THRESHOLDS.length; t += 1) {
      if ((void_ >> t) & 1) passed[t]! += weight;
      else if ((right >> t) & 1) all[t]!.push(weight, seen - passed[t]!, i);
    }
  }
  return all;
};

export interface Curve {
  /** At recall 0, .01 … 1. */
  readonly precision: Float64Array;
  /** The score at which that recall is reached; 0: never. */
  readonly score: Float64Array;
}

/** By threshold; null: no object of this class counts. */
export const curvesOf = (ranked: Ranked): readonly Curve[] | null => {
  const truths = truthsOf(ranked, null);
  if (truths === 0) return null;
  return hitsOf(ranked, null).map((hits) => {
    const curve = { precision: new Float64Array(POINTS), score: new Float64Array(POINTS) };
    hits.read(truths, (point, precision, at) => {
      curve.precision[point] = precision;
      curve.score[point] = ranked.scores[at]!;
    });
    return curve;
  });
};

/** AP by threshold, 0 … 1; null: no object of this class counts. */
export const averagePrecisions = (ranked: Ranked, weights: Weights = null): readonly number[] | null => {
  const truths = truthsOf(ranked, weights);
  if (truths === 0) return null;
  return hitsOf(ranked, weights).map((hits) => {
    let sum = 0;
    hits.read(truths, (_, precision) => {
      sum += precision;
    });
    return sum / POINTS;
  });
};

/** The largest recall by threshold with so many detections a picture; null: no object of this class counts. */
export const recalls = (ranked: Ranked, most: number): readonly number[] | null => {
  const truths = truthsOf(ranked, null);
  if (truths === 0) return null;
  return THRESHOLDS.map((_, t) => {
    let found = 0;
    for (let i = 0; i < ranked.hits.length; i += 1) {
      if (ranked.places[i]! < most && (ranked.hits[i]! >> t) & 1) found += 1;
    }
    return found / truths;
  });
};
