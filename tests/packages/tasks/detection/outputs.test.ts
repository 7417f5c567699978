/** Curves, confusion and resamples against what follows from the evaluator on pictures that are really drawn again. */
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { evaluateCoco } from '../../../../packages/tasks/src/detection/coco.js';
import { confusionOf } from '../../../../packages/tasks/src/detection/confusion.js';
import { precisionCurves, scoreCurve } from '../../../../packages/tasks/src/detection/curves.js';
import type { Judged } from '../../../../packages/tasks/src/detection/match.js';
import { mapOn, packRanked, resampledMaps, unpackRanked } from '../../../../packages/tasks/src/detection/resampling.js';
import type { Corners } from '../../../../packages/tasks/src/detection/types.js';

const truth = (box: Corners, c = 0) => ({
  box,
  class: c,
  area: (box[2] - box[0]) * (box[3] - box[1]),
  crowd: false,
  difficult: false,
});

/** `quality`: how near detections come. */
const drawn = (pictures: number, quality: number, seed: string): Judged[] => {
  const random = randomFrom(seed);
  return Array.from({ length: pictures }, () => {
    const truths = Array.from({ length: 1 + random.below(4) }, () => {
      const [x, y, side] = [random.below(200), random.below(200), 20 + random.below(60)];
      return truth([x, y, x + side, y + side], random.below(2));
    });
    const near = truths
      .filter(() => random.chance(0.9))
      .map(({ box, class: c }) => {
        const [dx, dy] = [random.between(-quality, quality), random.between(-quality, quality)];
        const moved: Corners = [box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy];
        return { box: moved, class: c, score: random.unit() };
      });
    const far = Array.from({ length: random.below(3) }, () => {
      const box: Corners = [300, 300, 330, 330];
      return { box, class: random.below(2), score: 0.7 * random.unit() };
    });
    return { truths, detections: [...near, ...far] };
  });
};

describe('a resample', () => {
  const pictures = drawn(30, 8, 'resample');
  const { ranked, ap } = evaluateCoco(pictures, 2);

  it('has the value of the evaluator on the pictures that it holds', () => {
    const random = randomFrom('weights');
    for (let round = 0; round < 20; round += 1) {
      const weights = new Uint8Array(pictures.length);
      for (let i = 0; i < pictures.length; i += 1) weights[random.below(pictures.length)]! += 1;
      const really = pictures.flatMap((picture, i) => new Array<Judged>(weights[i]!).fill(picture));
      expect(mapOn(ranked, weights)).toBeCloseTo(evaluateCoco(really, 2).ap!, 12);
    }
    expect(mapOn(ranked, null)).toBe(ap);
  });

  it('is the same for two networks, so that their difference varies less than each of them', () => {
    const better = evaluateCoco(drawn(30, 6, 'resample'), 2);
    const [a, b] = [resampledMaps(ranked, 400), resampledMaps(better.ranked, 400)];
    const deviation = (values: ArrayLike<number>) => {
      const all = Array.from(values);
      const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
      return Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (all.length - 1));
    };
    expect(resampledMaps(ranked, 400)).toEqual(a);
    expect(deviation(a.map((x, i) => x - b[i]!))).toBeLessThan(0.6 * deviation(a));
    expect(Math.abs(a.reduce((sum, x) => sum + x, 0) / a.length - 100 * ap!)).toBeLessThan(3);
  });

  it('follows from the stored record as well', () => {
    const again = unpackRanked(packRanked(ranked));
    expect(resampledMaps(again, 50)).toEqual(resampledMaps(ranked, 50));
    expect(again.map(({ places }) => [...places])).toEqual(ranked.map(({ places }) => [...places]));
    expect(() => unpackRanked(packRanked(ranked).subarray(0, 40))).toThrow(/at least/);
    expect(() => unpackRanked(new Float32Array([7, 1, 1]))).toThrow(/version 1/);
  });
});

describe('curves', () => {
  const right: Corners = [0, 0, 40, 40];
  const wrong: Corners = [100, 100, 140, 140];
  // right, wrong, right: precision 1 up to recall .5, then 2/3
  const pictures: Judged[] = [
    {
      truths: [truth(right), truth([50, 0, 90, 40])],
      detections: [
        { box: right, score: 0.9, class: 0 },
        { box: wrong, score: 0.8, class: 0 },
        { box: [50, 0, 90, 40], score: 0.7, class: 0 },
      ],
    },
  ];
  const { ranked } = evaluateCoco(pictures, 2);

  it('read precision at 101 recalls, of classes that have objects', () => {
    const { classes, mean } = precisionCurves(ranked);
    expect(classes[1]).toBeNull();
    expect(mean).toEqual(classes[0]);
    expect(classes[0]!.at50.slice(0, 51)).toEqual(new Array(51).fill(1));
    expect(classes[0]!.at50.slice(51)).toEqual(new Array(50).fill(0.6667));
  });

  it('find the score with the best F1', () => {
    // from .9: P 1, R .5; from .8: P .5, R .5; from .7: P 2/3, R 1
    const curve = scoreCurve(ranked)!;
    expect([curve.f1[95], curve.f1[85], curve.f1[75], curve.f1[70]]).toEqual([0, 0.6667, 0.5, 0.8]);
    expect(curve.best).toEqual({ score: 0.7, f1: 0.8 });
    expect(scoreCurve(ranked.slice(1))).toBeNull();
  });
});

describe('the confusion matrix', () => {
  const box = (at: number): Corners => [at, 0, at + 40, 40];

  it('pairs by overlap, whatever the class, and counts what is missed and what is not there', () => {
    const { counts } = confusionOf(
      [
        {
          truths: [truth(box(0), 0), truth(box(100), 1), truth(box(200), 1)],
          detections: [
            // the second lies nearer, though its score is lower
            { box: [4, 0, 44, 40], score: 0.9, class: 0 },
            { box: box(0), score: 0.5, class: 1 },
            { box: box(100), score: 0.6, class: 1 },
            { box: box(200), score: 0.25, class: 1 },
          ],
        },
      ],
      2,
    );
    expect(counts).toEqual([
      [0, 1, 0],
      [0, 1, 1],
      [1, 0, 0],
    ]);
  });
});
