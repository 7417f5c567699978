/** What is taken for what: detections against objects of any class, with a last row and column for the background. */
import { iou } from './geometry.js';
import type { Judged } from './match.js';

/** Detections below this score do not count; pairs have to overlap by more than this. */
const [SCORE, OVERLAP] = [0.25, 0.45];

export interface Confusion {
  readonly score: number;
  readonly iou: number;
  /** [K + 1][K + 1]: rows what is there, columns what is said; last: nothing. Counts. */
  readonly counts: readonly (readonly number[])[];
}

interface Pair {
  readonly truth: number;
  readonly detection: number;
  readonly overlap: number;
}

/** The largest overlap first, each object and each detection once. */
const pairsOf = ({ truths, detections }: Judged, least: number): Pair[] => {
  const all = truths.flatMap(({ box }, truth) =>
    detections.map((one, detection): Pair => ({ truth, detection, overlap: iou(box, one.box) })),
  );
  const [byTruth, byDetection] = [new Set<number>(), new Set<number>()];
  return all
    .filter(({ overlap }) => overlap > least)
    .sort((a, b) => b.overlap - a.overlap)
    .filter(({ truth, detection }) => {
      if (byTruth.has(truth) || byDetection.has(detection)) return false;
      byTruth.add(truth);
      byDetection.add(detection);
      return true;
    });
};

/** Crowds are left out: no detection of them is wrong, and none is asked for. */
export const confusionOf = (pictures: readonly Judged[], classes: number): Confusion => {
  const counts = Array.from({ length: classes + 1 }, () => new Array<number>(classes + 1).fill(0));
  const count = (truth: number, said: number) => {
    counts[truth]![said]! += 1;
  };
  for (const picture of pictures) {
    const truths = picture.truths.filter(({ crowd }) => !crowd);
    const crowds = picture.truths.filter(({ crowd }) => crowd);
    const detections = picture.detections.filter(({ score }) => score > SCORE);
    const pairs = pairsOf({ truths, detections }, OVERLAP);
    for (const { truth, detection } of pairs) count(truths[truth]!.class, detections[detection]!.class);
    const [found, used] = [new Set(pairs.map((pair) => pair.truth)), new Set(pairs.map((pair) => pair.detection))];
    for (const [i, truth] of truths.entries()) if (!found.has(i)) count(truth.class, classes);
    for (const [i, detection] of detections.entries()) {
      const inCrowd = crowds.some(({ box }) => iou(box, detection.box) > OVERLAP);
      if (!used.has(i) && !inCrowd) count(classes, detection.class);
    }
  }
  return { score: SCORE, iou: OVERLAP, counts };
};
