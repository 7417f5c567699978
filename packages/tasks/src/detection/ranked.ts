/**
 * All detections of one class in the order of their scores, with what each of them found. Any sample of the pictures is
 * then judged in one pass over it, so a thousand resamples cost little more than the evaluation itself.
 */
import { type Judged, matchPicture } from './match.js';
import type { SizeRange } from './types.js';

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

export const rankClass = (pictures: readonly Judged[], index: number, size: SizeRange): Ranked => {
  const matches = pictures.map((picture) => matchPicture(ofClass(picture, index), size));
  const all = matches.flatMap(({ scores, hits, ignored }, picture) =>
    scores.map((score, place) => ({ picture, score, place, hits: hits[place]!, ignored: ignored[place]! })),
  );
  all.sort((a, b) => b.score - a.score);
  return {
    pictures: Uint32Array.from(all, ({ picture }) => picture),
    scores: Float64Array.from(all, ({ score }) => score),
    places: Uint8Array.from(all, ({ place }) => place),
    hits: Uint16Array.from(all, ({ hits }) => hits),
    ignored: Uint16Array.from(all, ({ ignored }) => ignored),
    truths: Uint32Array.from(matches, ({ truths }) => truths),
  };
};
