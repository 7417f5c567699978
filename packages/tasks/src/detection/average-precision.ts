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
export const truthsOf = ({ truths }: Ranked, weights: Weights): number =>
  truths.reduce((sum, n, picture) => sum + n * (weights === null ? 1 : weights[picture]!), 0);

/** After each hit: hits so far, and whatever else counted so far. Copies of a picture stand side by side. */
interface Hits {
  /** By threshold, one after another. */
  readonly right: readonly number[][];
  readonly all: readonly number[][];
  /** The detection's place in the ranking. */
  readonly at: readonly number[][];
}

const hitsOf = (ranked: Ranked, weights: Weights): Hits => {
  const { pictures, hits, ignored } = ranked;
  const empty = (): number[][] => THRESHOLDS.map(() => []);
  const [right, all, at] = [empty(), empty(), empty()];
  const [found, passed] = [THRESHOLDS.map(() => 0), THRESHOLDS.map(() => 0)];
  let seen = 0;
  for (let i = 0; i < pictures.length; i += 1) {
    const weight = weights === null ? 1 : weights[pictures[i]!]!;
    if (weight === 0) continue;
    seen += weight;
    const marks = hits[i]! | ignored[i]!;
    if (marks === 0) continue;
    for (let t = 0; t < THRESHOLDS.length; t += 1) {
      if ((ignored[i]! >> t) & 1) passed[t]! += weight;
      else if ((hits[i]! >> t) & 1) {
        found[t]! += weight;
        right[t]!.push(found[t]!);
        all[t]!.push(seen - passed[t]!);
        at[t]!.push(i);
      }
    }
  }
  return { right, all, at };
};

export interface Curve {
  /** At recall 0, .01 … 1. */
  readonly precision: Float64Array;
  /** The score at which that recall is reached; 0: never. */
  readonly score: Float64Array;
}

/** One threshold. Null: no object counts. */
const curveFrom = ({ right, all, at }: Hits, t: number, truths: number, scores: Float64Array): Curve => {
  const hits = right[t]!;
  const precision = Float64Array.from(hits, (tp, k) => tp / (all[t]![k]! + SPACING));
  for (let k = precision.length - 2; k >= 0; k -= 1) precision[k] = Math.max(precision[k]!, precision[k + 1]!);
  const curve = { precision: new Float64Array(POINTS), score: new Float64Array(POINTS) };
  let k = 0;
  for (let point = 0; point < POINTS; point += 1) {
    const recall = point === POINTS - 1 ? 1 : point * 0.01;
    while (k < hits.length && hits[k]! / truths < recall) k += 1;
    if (k === hits.length) break;
    curve.precision[point] = precision[k]!;
    curve.score[point] = scores[at[t]![k]!]!;
  }
  return curve;
};

/** By threshold; null: no object of this class counts. */
export const curvesOf = (ranked: Ranked, weights: Weights = null): readonly Curve[] | null => {
  const truths = truthsOf(ranked, weights);
  if (truths === 0) return null;
  const hits = hitsOf(ranked, weights);
  return THRESHOLDS.map((_, t) => curveFrom(hits, t, truths, ranked.scores));
};

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** AP by threshold, 0 … 1; null: no object of this class counts. */
export const averagePrecisions = (ranked: Ranked, weights: Weights = null): readonly number[] | null =>
  curvesOf(ranked, weights)?.map(({ precision }) => meanOf(precision)) ?? null;

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
