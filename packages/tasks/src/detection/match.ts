/**
 * Which detections find an object, as COCO's evaluator decides it (cocoapi, PythonAPI/pycocotools/cocoeval.py): per class
 * and picture the best 100 in the order of their scores, at ten thresholds of overlap, once for each range of areas.
 */
import { areaOf, sharedArea } from './geometry.js';
import type { Corners, Detection, GroundTruth, SizeRange } from './types.js';

/** What a network found in one picture, and what is there. */
export interface Judged {
  readonly truths: readonly GroundTruth[];
  readonly detections: readonly Detection[];
}

const THRESHOLDS_COUNT = 10;
/** .50, .55 … .95, to the last bit as numpy.linspace(.5, .95, 10). */
export const THRESHOLDS: readonly number[] = Array.from({ length: THRESHOLDS_COUNT }, (_, i) =>
  i === THRESHOLDS_COUNT - 1 ? 0.95 : 0.5 + i * ((0.95 - 0.5) / (THRESHOLDS_COUNT - 1)),
);
/** Detections of one class in one picture that count. */
export const MOST_DETECTIONS = 100;
export const EVERY_SIZE: SizeRange = { id: 'all', title: 'All', from: 0, to: 1e10 };

/** COCO's: an object of exactly 32² is small and medium. */
export const COCO_SIZES: readonly SizeRange[] = [
  { id: 'small', title: 'Small, to 32 px', from: 0, to: 32 ** 2 },
  { id: 'medium', title: 'Medium, 32 to 96 px', from: 32 ** 2, to: 96 ** 2 },
  { id: 'large', title: 'Large, from 96 px', from: 96 ** 2, to: 1e10 },
];

/** One class in one picture; the detections in the order of their scores. */
export interface PictureMatches {
  readonly scores: readonly number[];
  /** Bit t: finds an object at threshold t. */
  readonly hits: Uint16Array;
  /** Bit t: counts neither for nor against the network at threshold t. */
  readonly ignored: Uint16Array;
  /** Objects that count. */
  readonly truths: number;
}

/** Of a crowd, how much of the detection lies in it; otherwise intersection over union. */
const overlap = (detection: Corners, { box, crowd }: GroundTruth): number => {
  const shared = sharedArea(detection, box);
  if (shared === 0) return 0;
  return shared / (crowd ? areaOf(detection) : areaOf(detection) + areaOf(box) - shared);
};

const byScore = (detections: readonly Detection[]): Detection[] =>
  [...detections].sort((a, b) => b.score - a.score).slice(0, MOST_DETECTIONS);

interface Sorted {
  readonly truth: GroundTruth;
  readonly isIgnored: boolean;
}

/** Those that do not count come last; otherwise in their order. */
const sortedTruths = (truths: readonly GroundTruth[], { from, to }: SizeRange): Sorted[] =>
  truths
    .map((truth) => ({ truth, isIgnored: truth.crowd || truth.area < from || truth.area > to }))
    .sort((a, b) => Number(a.isIgnored) - Number(b.isIgnored));

/**
 * The object that a detection takes at a threshold; -1: none. The largest overlap wins, of equals the later object; once
 * one that counts is found, those that do not are not looked at.
 */
const choose = (overlaps: Float64Array, truths: readonly Sorted[], taken: Uint8Array, threshold: number): number => {
  let [best, least] = [-1, Math.min(threshold, 1 - 1e-10)];
  for (const [g, { truth, isIgnored }] of truths.entries()) {
    if (taken[g] === 1 && !truth.crowd) continue;
    if (best >= 0 && isIgnored && !truths[best]!.isIgnored) break;
    if (overlaps[g]! < least) continue;
    [best, least] = [g, overlaps[g]!];
  }
  return best;
};

/** Of one class. */
export const matchPicture = ({ truths, detections }: Judged, size: SizeRange): PictureMatches => {
  const sorted = byScore(detections);
  const objects = sortedTruths(truths, size);
  const overlaps = sorted.map(({ box }) => Float64Array.from(objects, ({ truth }) => overlap(box, truth)));
  const outside = sorted.map(({ box }) => areaOf(box) < size.from || areaOf(box) > size.to);
  const [hits, ignored] = [new Uint16Array(sorted.length), new Uint16Array(sorted.length)];
  for (const [t, threshold] of THRESHOLDS.entries()) {
    const taken = new Uint8Array(objects.length);
    for (let d = 0; d < sorted.length; d += 1) {
      const g = choose(overlaps[d]!, objects, taken, threshold);
      if (g >= 0) taken[g] = 1;
      if (g >= 0 && !objects[g]!.isIgnored) hits[d]! |= 1 << t;
      if (g >= 0 ? objects[g]!.isIgnored : outside[d]!) ignored[d]! |= 1 << t;
    }
  }
  const counting = objects.filter(({ isIgnored }) => !isIgnored).length;
  return { scores: sorted.map(({ score }) => score), hits, ignored, truths: counting };
};
