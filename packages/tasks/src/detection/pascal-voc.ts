/**
 * Pascal VOC's two average precisions at an overlap of one half. A detection looks at the object that it overlaps most,
 * even where that is taken; objects marked difficult count neither way. Corners are edges here, so a box that the devkit
 * writes as its first and last pixel has the width that the devkit gives it.
 */
import { iou } from './geometry.js';
import type { Judged } from './match.js';
import { ofClass } from './ranked.js';

const OVERLAP = 0.5;
const RECALLS = Array.from({ length: 11 }, (_, i) => i / 10);

/** 0 … 1; null: no object counts. */
export interface VocPrecision {
  /** VOC 2007: the mean of the best precisions at recalls of 0, .1 … 1. */
  readonly elevenPoint: number | null;
  /** VOC 2010 and later: the area under the precision made non-increasing. */
  readonly allPoint: number | null;
}

interface Verdict {
  readonly score: number;
  readonly isRight: boolean;
}

/** Of one class in one picture; what found a difficult object is left out. */
const judge = ({ truths, detections }: Judged): Verdict[] => {
  const taken = new Set<number>();
  return [...detections]
    .sort((a, b) => b.score - a.score)
    .flatMap(({ box, score }): Verdict[] => {
      const overlaps = truths.map((truth) => iou(box, truth.box));
      const most = overlaps.reduce((best, value, g) => (best < 0 || value > overlaps[best]! ? g : best), -1);
      if (most < 0 || overlaps[most]! < OVERLAP) return [{ score, isRight: false }];
      if (truths[most]!.difficult) return [];
      const isRight = !taken.has(most);
      taken.add(most);
      return [{ score, isRight }];
    });
};

/** Recall and precision after each detection that counts. */
const points = (verdicts: readonly Verdict[], truths: number): { recall: number; precision: number }[] => {
  let right = 0;
  return verdicts.map(({ isRight }, i) => {
    right += Number(isRight);
    return { recall: right / truths, precision: right / (i + 1) };
  });
};

const classPrecision = (pictures: readonly Judged[], index: number): VocPrecision => {
  const own = pictures.map((picture) => ofClass(picture, index));
  const truths = own.reduce((sum, picture) => sum + picture.truths.filter(({ difficult }) => !difficult).length, 0);
  if (truths === 0) return { elevenPoint: null, allPoint: null };
  const curve = points(
    own.flatMap(judge).sort((a, b) => b.score - a.score),
    truths,
  );
  const best = (recall: number) =>
    curve.reduce((most, point) => (point.recall >= recall ? Math.max(most, point.precision) : most), 0);
  const elevenPoint = RECALLS.reduce((sum, recall) => sum + best(recall), 0) / RECALLS.length;
  let [allPoint, before, most] = [0, curve.at(-1)?.recall ?? 0, 0];
  // from the right, so that the best precision of what follows is known
  for (const { recall, precision } of [...curve].reverse()) {
    allPoint += (before - recall) * most;
    most = Math.max(most, precision);
    before = recall;
  }
  return { elevenPoint, allPoint: allPoint + before * most };
};

export interface VocEvaluation extends VocPrecision {
  readonly classes: readonly VocPrecision[];
}

const mean = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** Pictures in the split's own order, which decides between equal scores. */
export const evaluateVoc = (pictures: readonly Judged[], count: number): VocEvaluation => {
  const classes = Array.from({ length: count }, (_, c) => classPrecision(pictures, c));
  return {
    elevenPoint: mean(classes.map((one) => one.elevenPoint)),
    allPoint: mean(classes.map((one) => one.allPoint)),
    classes,
  };
};
