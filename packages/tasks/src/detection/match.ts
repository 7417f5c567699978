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
const EVERY_THRESHOLD = 2 ** THRESHOLDS_COUNT - 1;
/** Detections of one class in one picture that count. */
export const MOST_DETECTIONS = 100;
export const EVERY_SIZE: SizeRange = { id: 'all', title: 'All', from: 0, to: 1e10 };

/** COCO's: an object of exactly 32² is small and medium. */
export const COCO_SIZES: readonly SizeRange[] = [
  { id: 'small', title: 'Small, to 32 px', from: 0, to: 32 ** 2 },
  { id: 'medium', title: 'Medium, 32 to 96 px', from: 32 ** 2, to: 96 ** 2 },
  { id: 'large', title: 'Large, from 96 px', from: 96 ** 2, to: 1e10 },
];

/** One class in one picture, for one range of areas; the detections in the order of their scores. */
export interface SizeMatches {
  /** Bit t: finds an object at threshold t. */
  readonly hits: Uint16Array;
  /** Bit t: counts neither for nor against the network at threshold t. */
  readonly ignored: Uint16Array;
  /** Objects that count. */
  readonly truths: number;
}

export interface PictureMatches {
  readonly scores: readonly number[];
  /** In the order of the ranges that were asked for. */
  readonly sizes: readonly SizeMatches[];
}

/** Of a crowd, how much of the detection lies in it; otherwise intersection over union. */
const overlap = (detection: Corners, { box, crowd }: GroundTruth): number => {
  const shared = sharedArea(detection, box);
  if (shared === 0) return 0;
  return shared / (crowd ? areaOf(detection) : areaOf(detection) + areaOf(box) - shared);
};

const byScore = (detections: readonly Detection[]): Detection[] =>
  [...detections].sort((a, b) => b.score - a.score).slice(0, MOST_DETECTIONS);

/** A detection with its overlaps with the objects, and the largest of them. */
interface Near {
  readonly area: number;
  readonly overlaps: Float64Array;
  readonly most: number;
}

const nearOf = ({ box }: Detection, truths: readonly GroundTruth[]): Near => {
  const overlaps = Float64Array.from(truths, (truth) => overlap(box, truth));
  return { area: areaOf(box), overlaps, most: overlaps.reduce((most, value) => Math.max(most, value), 0) };
};

interface Listed {
  readonly index: number;
  readonly crowd: boolean;
  readonly isIgnored: boolean;
}

/** Those that do not count come last; otherwise in their order. */
const listed = (truths: readonly GroundTruth[], { from, to }: SizeRange): Listed[] =>
  truths
    .map(({ crowd, area }, index) => ({ index, crowd, isIgnored: crowd || area < from || area > to }))
    .sort((a, b) => Number(a.isIgnored) - Number(b.isIgnored));

/**
 * The object that a detection takes at a threshold; null: none. The largest overlap wins, of equals the later object; once
 * one that counts is found, those that do not are not looked at.
 */
const choose = (overlaps: Float64Array, truths: readonly Listed[], taken: Uint8Array, threshold: number) => {
  let best: Listed | null = null;
  let least = Math.min(threshold, 1 - 1e-10);
  for (const truth of truths) {
    if (taken[truth.index] === 1 && !truth.crowd) continue;
    if (best !== null && truth.isIgnored && !best.isIgnored) break;
    if (overlaps[truth.index]! < least) continue;
    best = truth;
    least = overlaps[truth.index]!;
  }
  return best;
};

const matchSize = (near: readonly Near[], truths: readonly GroundTruth[], size: SizeRange): SizeMatches => {
  const objects = listed(truths, size);
  const hits = new Uint16Array(near.length);
  // what finds nothing does not count where it is of another size itself
  const ignored = Uint16Array.from(near, ({ area }) => (area < size.from || area > size.to ? EVERY_THRESHOLD : 0));
  for (const [t, threshold] of THRESHOLDS.entries()) {
    const taken = new Uint8Array(objects.length);
    for (let d = 0; d < near.length; d += 1) {
      if (near[d]!.most < threshold - 1e-9) continue;
      const found = choose(near[d]!.overlaps, objects, taken, threshold);
      if (found === null) continue;
      taken[found.index] = 1;
      if (found.isIgnored) ignored[d]! |= 1 << t;
      else {
        hits[d]! |= 1 << t;
        ignored[d]! &= ~(1 << t);
      }
    }
  }
  return { hits, ignored, truths: objects.filter(({ isIgnored }) => !isIgnored).length };
};

/** Of one class. */
export const matchPicture = ({ truths, detections }: Judged, sizes: readonly SizeRange[]): PictureMatches => {
  const sorted = byScore(detections);
  const near = sorted.map((detection) => nearOf(detection, truths));
  return {
    scores: sorted.map(({ score }) => score),
    sizes: sizes.map((size) => matchSize(near, truths, size)),
  };
};
