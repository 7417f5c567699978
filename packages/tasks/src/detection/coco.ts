/** COCO's evaluator: average precision over ten thresholds of overlap, by class and by size, and average recall. */
import { averagePrecisions, recalls, truthsOf } from './average-precision.js';
import { COCO_SIZES, EVERY_SIZE, type Judged, MOST_DETECTIONS } from './match.js';
import { type Ranked, rankClass } from './ranked.js';
import type { SizeRange } from './types.js';

/** Null: there is no object to find. Everything is 0 … 1. */
type Share = number | null;

export interface ClassPrecision {
  /** Objects that count. */
  readonly truths: number;
  /** Mean over the thresholds, then at .50 and at .75. */
  readonly ap: Share;
  readonly ap50: Share;
  readonly ap75: Share;
}

export interface SizePrecision {
  readonly size: SizeRange;
  readonly truths: number;
  readonly ap: Share;
  /** With 100 detections a picture and class. */
  readonly ar: Share;
}

export interface CocoEvaluation {
  readonly ap: Share;
  readonly ap50: Share;
  readonly ap75: Share;
  /** With 1, 10 and 100 detections a picture and class. */
  readonly ar: readonly [Share, Share, Share];
  readonly classes: readonly ClassPrecision[];
  readonly sizes: readonly SizePrecision[];
  /** By class, objects of every size: what curves and resamples are made of. */
  readonly ranked: readonly Ranked[];
}

/** Places of .50 and .75 among the thresholds. */
const [AT_50, AT_75] = [0, 5];

/** Over what is not null. */
export const meanShare = (values: readonly Share[]): Share => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** Classes without objects are left out, as every class and threshold weighs the same. */
const meanOver = (byClass: readonly (readonly number[] | null)[], at: number | null = null): Share =>
  meanShare(byClass.map((values) => (values === null ? null : at === null ? meanShare(values) : values[at]!)));

const classPrecision = (ranked: Ranked): ClassPrecision => {
  const values = averagePrecisions(ranked);
  const at = (t: number) => values?.[t] ?? null;
  return { truths: truthsOf(ranked, null), ap: values && meanShare(values), ap50: at(AT_50), ap75: at(AT_75) };
};

const sizePrecision = (pictures: readonly Judged[], classes: number, size: SizeRange): SizePrecision => {
  const ranked = Array.from({ length: classes }, (_, c) => rankClass(pictures, c, size));
  return {
    size,
    truths: ranked.reduce((sum, one) => sum + truthsOf(one, null), 0),
    ap: meanOver(ranked.map((one) => averagePrecisions(one))),
    ar: meanOver(ranked.map((one) => recalls(one, MOST_DETECTIONS))),
  };
};

/** Pictures in the split's own order, which decides between equal scores. */
export const evaluateCoco = (
  pictures: readonly Judged[],
  classes: number,
  sizes: readonly SizeRange[] = COCO_SIZES,
): CocoEvaluation => {
  const ranked = Array.from({ length: classes }, (_, c) => rankClass(pictures, c, EVERY_SIZE));
  const precisions = ranked.map((one) => averagePrecisions(one));
  const recall = (most: number) => meanOver(ranked.map((one) => recalls(one, most)));
  return {
    ap: meanOver(precisions),
    ap50: meanOver(precisions, AT_50),
    ap75: meanOver(precisions, AT_75),
    ar: [recall(1), recall(10), recall(MOST_DETECTIONS)],
    classes: ranked.map(classPrecision),
    sizes: sizes.map((size) => sizePrecision(pictures, classes, size)),
    ranked,
  };
};
