/** Precision against recall, and how good a threshold of the score is: what a page draws of an evaluation. */
import { type Curve, curvesOf } from './average-precision.js';
import type { Ranked } from './ranked.js';

/** At recall 0, .01 … 1, made non-increasing, as average precision reads it. */
export interface PrecisionCurve {
  readonly at50: readonly number[];
  readonly at75: readonly number[];
}

/** F1 = 2 P R / (P + R) at an overlap of one half, where only detections with at least this score are kept. */
export interface ScoreCurve {
  /** By score 0, .01 … 1. */
  readonly f1: readonly number[];
  readonly best: { readonly score: number; readonly f1: number };
}

const SCORES = Array.from({ length: 101 }, (_, i) => i / 100);
const [AT_50, AT_75] = [0, 5];

const rounded = (values: ArrayLike<number>): number[] => Array.from(values, (value) => Number(value.toFixed(4)));

const average = (curves: readonly Curve[]): number[] =>
  rounded(SCORES.map((_, i) => curves.reduce((sum, { precision }) => sum + precision[i]!, 0) / curves.length));

/** Of each class (null: no objects), and the mean over those that have some (null: none has). */
export const precisionCurves = (
  ranked: readonly Ranked[],
): { readonly classes: readonly (PrecisionCurve | null)[]; readonly mean: PrecisionCurve | null } => {
  const curves = ranked.map((one) => curvesOf(one));
  const known = curves.filter((one) => one !== null);
  return {
    classes: curves.map((one) => one && { at50: rounded(one[AT_50]!.precision), at75: rounded(one[AT_75]!.precision) }),
    mean:
      known.length === 0
        ? null
        : { at50: average(known.map((one) => one[AT_50]!)), at75: average(known.map((one) => one[AT_75]!)) },
  };
};

/** F1 of one class by score; null: no objects. */
const f1Of = ({ scores, hits, ignored, truths }: Ranked): number[] | null => {
  const objects = truths.reduce((sum, n) => sum + n, 0);
  if (objects === 0) return null;
  const f1 = SCORES.map(() => 0);
  let [right, all, next] = [0, 0, 0];
  for (let s = SCORES.length - 1; s >= 0; s -= 1) {
    for (; next < scores.length && scores[next]! >= SCORES[s]!; next += 1) {
      right += hits[next]! & 1;
      all += 1 - (ignored[next]! & 1);
    }
    f1[s] = (2 * right) / (all + objects);
  }
  return f1;
};

/** The mean over classes with objects; of equally good scores the highest is the best. */
export const scoreCurve = (ranked: readonly Ranked[]): ScoreCurve | null => {
  const known = ranked.map(f1Of).filter((one) => one !== null);
  if (known.length === 0) return null;
  const f1 = SCORES.map((_, i) => known.reduce((sum, one) => sum + one[i]!, 0) / known.length);
  const top = f1.reduce((best, value, i) => (value >= f1[best]! ? i : best), 0);
  return { f1: rounded(f1), best: { score: SCORES[top]!, f1: f1[top]! } };
};
