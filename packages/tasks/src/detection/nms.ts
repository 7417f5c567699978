/**
 * Non-maximum suppression on the host: the best box of each object, and no second one of the same class over it.
 * No limit of time, which would let a slow machine find less.
 */
import type { Answer } from './decode.js';
import { iou } from './geometry.js';
import type { Corners, Detection, Letterbox } from './types.js';

export interface Suppression {
  /** Scores have to be above this. */
  readonly score: number;
  /** A box leaves when it overlaps a better one of its class by more than this. */
  readonly iou: number;
  /** Boxes of one picture that stay. */
  readonly most: number;
  /** Boxes that are looked at: the best ones, where there are more. */
  readonly candidates: number;
  /** Every class of an anchor is a candidate; false: its best class alone. */
  readonly multiLabel: boolean;
}

/** As metrics want it: nearly everything, so that curves reach far. */
export const EVALUATION: Suppression = { score: 0.001, iou: 0.7, most: 300, candidates: 30_000, multiLabel: true };
/** As a person wants it. */
export const PREDICTION: Suppression = { ...EVALUATION, score: 0.25, multiLabel: false };

interface Candidate {
  readonly class: number;
  readonly anchor: number;
  readonly value: number;
}

const bestClass = ({ anchors, classes, values }: Answer, anchor: number): number => {
  let best = 0;
  for (let c = 1; c < classes; c += 1) {
    if (values[c * anchors + anchor]! > values[best * anchors + anchor]!) best = c;
  }
  return best;
};

/** Best first; of equals the one of the earlier class and anchor. */
const candidatesOf = (answer: Answer, { score, candidates, multiLabel }: Suppression): Candidate[] => {
  const { anchors, classes, values } = answer;
  const least = answer.threshold(score);
  const found: Candidate[] = [];
  for (let c = 0; c < classes; c += 1) {
    for (let a = 0; a < anchors; a += 1) {
      const value = values[c * anchors + a]!;
      if (value > least && (multiLabel || bestClass(answer, a) === c)) found.push({ class: c, anchor: a, value });
    }
  }
  return found.sort((a, b) => b.value - a.value).slice(0, candidates);
};

/** How many boxes stood for election, which is what suppression costs. */
export interface Suppressed {
  readonly detections: readonly Detection[];
  readonly candidates: number;
}

/** In pixels of the square that the network saw, best first. */
export const suppress = (answer: Answer, options: Suppression): Suppressed => {
  const candidates = candidatesOf(answer, options);
  const kept: Corners[][] = Array.from({ length: answer.classes }, () => []);
  const detections: Detection[] = [];
  for (const { class: c, anchor, value } of candidates) {
    if (detections.length === options.most) break;
    const box = answer.box(anchor);
    if (kept[c]!.some((better) => iou(better, box) > options.iou)) continue;
    kept[c]!.push(box);
    detections.push({ box, score: answer.score(value), class: c });
  }
  return { detections, candidates: candidates.length };
};

const clip = (x: number, most: number): number => Math.min(most, Math.max(0, x));

/** From the square to the original picture, and clipped to it. */
export const unletterboxed = (
  { box: [left, top, right, bottom], ...rest }: Detection,
  { scale, left: padLeft, top: padTop, width, height }: Letterbox,
): Detection => ({
  ...rest,
  box: [
    clip((left - padLeft) / scale, width),
    clip((top - padTop) / scale, height),
    clip((right - padLeft) / scale, width),
    clip((bottom - padTop) / scale, height),
  ],
});
