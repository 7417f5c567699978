/**
 * The mean average precision that a widely used trainer prints while it trains, to set our numbers beside reported ones.
 * It is not COCO's: precision is interpolated linearly between the points (0, 1) and (1, 0), so a perfect detector gets
 * .995 and one that stops at a low recall far too much; each detection takes the object that it overlaps most, and of
 * several that want the same object the best score has it. No crowds, and all detections of a picture count.
 */
import { iou } from './geometry.js';
import { type Judged, THRESHOLDS } from './match.js';
import { ofClass } from './ranked.js';

const POINTS = 101;

export interface TrainerEvaluation {
  /** 0 … 1, mean over classes with objects; null: there is none. */
  readonly map: number | null;
  readonly map50: number | null;
}

interface Verdict {
  readonly score: number;
  /** By threshold. */
  readonly isRight: readonly boolean[];
}

/** Of one class in one picture. */
const judge = ({ truths, detections }: Judged): Verdict[] => {
  const sorted = [...detections].sort((a, b) => b.score - a.score);
  const overlaps = sorted.map(({ box }) => truths.map((truth) => iou(box, truth.box)));
  // of equals the later object
  const wanted = overlaps.map((row) =>
    row.reduce((best, value, g) => (best < 0 || value >= row[best]! ? g : best), -1),
  );
  const rights = THRESHOLDS.map((threshold) => {
    const taken = new Set<number>();
    return wanted.map((g, d) => {
      if (g < 0 || overlaps[d]![g]! < threshold || taken.has(g)) return false;
      taken.add(g);
      return true;
    });
  });
  return sorted.map(({ score }, d) => ({ score, isRight: rights.map((right) => right[d]!) }));
};

/** Linear between the points; where several have the same recall, the last one rules to the right of it. */
const interpolated = (recall: readonly number[], precision: readonly number[], x: number): number => {
  const after = recall.findIndex((r) => r > x);
  if (after < 0) return precision.at(-1)!;
  const [r0, r1] = [recall[after - 1]!, recall[after]!];
  return precision[after - 1]! + ((x - r0) / (r1 - r0)) * (precision[after]! - precision[after - 1]!);
};

const areaUnder = (rights: readonly boolean[], truths: number): number => {
  let right = 0;
  const [recall, precision] = [[0], [1]];
  for (const [i, isRight] of rights.entries()) {
    right += Number(isRight);
    recall.push(right / truths);
    precision.push(right / (i + 1));
  }
  recall.push(1);
  precision.push(0);
  for (let i = precision.length - 2; i >= 0; i -= 1) precision[i] = Math.max(precision[i]!, precision[i + 1]!);
  const values = Array.from({ length: POINTS }, (_, i) => interpolated(recall, precision, i / (POINTS - 1)));
  const ends = (values[0]! + values.at(-1)!) / 2;
  return (values.reduce((sum, value) => sum + value, 0) - ends) / (POINTS - 1);
};

/** By threshold; null: no object. */
const classPrecision = (pictures: readonly Judged[], index: number): number[] | null => {
  const own = pictures.map((picture) => ofClass(picture, index));
  const truths = own.reduce((sum, picture) => sum + picture.truths.length, 0);
  if (truths === 0) return null;
  const verdicts = own.flatMap(judge).sort((a, b) => b.score - a.score);
  if (verdicts.length === 0) return THRESHOLDS.map(() => 0);
  return THRESHOLDS.map((_, t) =>
    areaUnder(
      verdicts.map(({ isRight }) => isRight[t]!),
      truths,
    ),
  );
};

export const evaluateAsTrainer = (pictures: readonly Judged[], count: number): TrainerEvaluation => {
  const classes = Array.from({ length: count }, (_, c) => classPrecision(pictures, c)).filter((one) => one !== null);
  if (classes.length === 0) return { map: null, map50: null };
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { map: mean(classes.map(mean)), map50: mean(classes.map((one) => one[0]!)) };
};
