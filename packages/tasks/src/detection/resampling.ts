/**
 * Mean average precision is no mean over pictures, so no picture has an answer of its own. What each class's detections
 * found is kept instead (private): from it follows the value on any sample of the pictures, and the same resamples for
 * two rows give the interval of each and of their difference.
 */
import { TopiaryError } from '@topiary/errors';
import { randomFrom } from '@topiary/zoo';
import { averagePrecisions } from './average-precision.js';
import { meanShare } from './coco.js';
import type { Ranked } from './ranked.js';

export const RESAMPLES = 1000;

/** How often each of n pictures is in a resample of n; the same for everybody who asks for this resample of n pictures. */
const drawWeights = (n: number, resample: number): Uint16Array => {
  const random = randomFrom(`detection/resample/${n}/${resample}`);
  const weights = new Uint16Array(n);
  for (let i = 0; i < n; i += 1) weights[random.below(n)]! += 1;
  return weights;
};

/** mAP, 0 … 1, on pictures of which each is there so often; a class without objects there is left out. */
export const mapOn = (ranked: readonly Ranked[], weights: ArrayLike<number> | null): number =>
  meanShare(
    ranked.map((one) => {
      const values = averagePrecisions(one, weights);
      return values === null ? null : meanShare(values);
    }),
  ) ?? 0;

/** mAP in percent on each resample of the pictures. */
export const resampledMaps = (ranked: readonly Ranked[], count = RESAMPLES): Float32Array => {
  const n = ranked[0]?.truths.length ?? 0;
  return Float32Array.from({ length: count }, (_, i) => 100 * mapOn(ranked, drawWeights(n, i)));
};

/** Version of the record, pictures, classes; then of each class the detections, and by picture the objects. */
const VERSION = 1;
const FIELDS = 4;

/** All that mAP follows from, as one list of numbers: of each detection its picture, score, hits and what is ignored. */
export const packRanked = (ranked: readonly Ranked[]): Float32Array => {
  const n = ranked[0]?.truths.length ?? 0;
  const numbers: number[] = [VERSION, n, ranked.length];
  for (const { pictures, scores, hits, ignored, truths } of ranked) {
    numbers.push(pictures.length);
    for (const count of truths) numbers.push(count);
    for (let i = 0; i < pictures.length; i += 1) numbers.push(pictures[i]!, scores[i]!, hits[i]!, ignored[i]!);
  }
  return Float32Array.from(numbers);
};

const bad = (expected: string, got: string): TopiaryError =>
  new TopiaryError('TOPIARY_STATS_BAD_INPUT', { where: 'the record of detections', expected, got });

/** The places of a picture's detections follow from their order. */
const placesOf = (pictures: Uint32Array, n: number): Uint8Array => {
  const seen = new Uint8Array(n);
  return Uint8Array.from(pictures, (picture) => {
    const place = seen[picture]!;
    seen[picture] = place + 1;
    return place;
  });
};

export const unpackRanked = (record: Float32Array): Ranked[] => {
  const [version, n, classes] = record;
  if (version !== VERSION) throw bad(`version ${VERSION}`, `${version}`);
  let at = 3;
  const take = (count: number): Float32Array => {
    if (at + count > record.length) throw bad(`at least ${at + count} numbers`, `${record.length}`);
    at += count;
    return record.subarray(at - count, at);
  };
  return Array.from({ length: classes! }, () => {
    const [detections] = take(1);
    const truths = Uint32Array.from(take(n!));
    const rows = take(FIELDS * detections!);
    const column = (field: number) => Array.from({ length: detections! }, (_, i) => rows[FIELDS * i + field]!);
    const pictures = Uint32Array.from(column(0));
    return {
      pictures,
      scores: Float64Array.from(column(1)),
      places: placesOf(pictures, n!),
      hits: Uint16Array.from(column(2)),
      ignored: Uint16Array.from(column(3)),
      truths,
    };
  });
};
