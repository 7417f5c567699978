/**
 * All detections of one class in the order of their scores, with what each of them found. Any sample of the pictures is
 * then judged in one pass over it, so a thousand resamples cost little more than the evaluation itself.
 */
import { type Judged, matchPicture } from './match.js';
import type { Detection, GroundTruth, SizeRange } from './types.js';

/** One class; the detections of all pictures, best first, of equals those of the earlier picture. */
export interface Ranked {
  /** The picture of each detection. */
  readonly pictures: Uint32Array;
  readonly scores: Float64Array;
  /** Its place among the detections of its picture, from 0. */
  readonly places: Uint8Array;
  /** Bit t: finds an object at threshold t. */
  readonly hits: Uint16Array;
  /** Bit t: does not count at threshold t. */
  readonly ignored: Uint16Array;
  /** By picture: objects that count. */
  readonly truths: Uint32Array;
}

/** Of one class alone. */
export const ofClass = ({ truths, detections }: Judged, index: number): Judged => ({
  truths: truths.filter((truth) => truth.class === index),
  detections: detections.filter((detection) => detection.class === index),
});

/** Each picture once for every class, with what is of it. */
export const byClass = (pictures: readonly Judged[], classes: number): readonly (readonly Judged[])[] => {
  const all = Array.from({ length: classes }, () =>
    pictures.map(() => ({ truths: [] as GroundTruth[], detections: [] as Detection[] })),
  );
  for (const [i, { truths, detections }] of pictures.entries()) {
    for (const truth of truths) all[truth.class]?.[i]?.truths.push(truth);
    for (const detection of detections) all[detection.class]?.[i]?.detections.push(detection);
  }
  return all;
};

/** `pictures`: of one class. By range of areas; the order is the same for all of them. */
export const rankClass = (pictures: readonly Judged[], sizes: readonly SizeRange[]): readonly Ranked[] => {
  const matches = pictures.map((picture) => matchPicture(picture, sizes));
  const from = matches.flatMap(({ scores }, picture) => scores.map(() => picture));
  const scores = matches.flatMap((match) => match.scores);
  const places = matches.flatMap((match) => match.scores.map((_, place) => place));
  // ties keep the order of the pictures
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const shared = {
    pictures: Uint32Array.from(order, (i) => from[i]!),
    scores: Float64Array.from(order, (i) => scores[i]!),
    places: Uint8Array.from(order, (i) => places[i]!),
  };
  const bits = (of: 'hits' | 'ignored', size: number) =>
    Uint16Array.from(order, (i) => matches[from[i]!]!.sizes[size]![of][places[i]!]!);
  return sizes.map((_, size) => ({
    ...shared,
    hits: bits('hits', size),
    ignored: bits('ignored', size),
    truths: Uint32Array.from(matches, (match) => match.sizes[size]!.truths),
  }));
};
