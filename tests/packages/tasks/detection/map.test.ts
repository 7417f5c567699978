/** The three evaluators of detection against worked cases. */
import { describe, expect, it } from 'vitest';
import { evaluateCoco } from '../../../../packages/tasks/src/detection/coco.js';
import type { Judged } from '../../../../packages/tasks/src/detection/match.js';
import { evaluateVoc } from '../../../../packages/tasks/src/detection/pascal-voc.js';
import { evaluateAsTrainer } from '../../../../packages/tasks/src/detection/trainer-metric.js';
import { type CaseTruth, MAP_CASES, type MapCase } from './map-cases.js';

const corners = ([x, y, w, h]: CaseTruth['box']) => [x, y, x + w, y + h] as const;

const picturesOf = ({ truths, detections }: MapCase): Judged[] => {
  const count = 1 + Math.max(0, ...[...truths, ...detections].map(({ picture = 0 }) => picture));
  return Array.from({ length: count }, (_, index) => ({
    truths: truths
      .filter(({ picture = 0 }) => picture === index)
      .map(({ box, class: c = 0, crowd = false, difficult = false }) => ({
        box: corners(box),
        class: c,
        area: box[2] * box[3],
        crowd,
        difficult,
      })),
    detections: detections
      .filter(({ picture = 0 }) => picture === index)
      .map(({ score, box, class: c = 0 }) => ({ score, box: corners(box), class: c })),
  }));
};

const K = 3;
/** To the six digits of the tables; a value that is not stated is not compared. */
const expectClose = (got: readonly (number | null)[], want: readonly (number | null)[], what: string) => {
  for (const [i, value] of want.entries()) {
    if (value !== null) expect(got[i] ?? -1, `${what}, number ${i}`).toBeCloseTo(value, 5);
  }
};

describe.each(MAP_CASES)('$id', (one) => {
  const pictures = picturesOf(one);

  it('has the precision and recall that cocoapi gives', () => {
    const got = evaluateCoco(pictures, K);
    expectClose([got.ap, got.ap50, got.ap75], one.coco, 'AP');
    expectClose(got.ar, one.ar ?? [], 'AR');
    expectClose(
      got.sizes.map(({ ap }) => ap ?? -1),
      one.sizes ?? [],
      'AP by size',
    );
  });

  it.runIf(one.voc)("has Pascal VOC's two", () => {
    const { elevenPoint, allPoint } = evaluateVoc(pictures, K);
    expectClose([elevenPoint, allPoint], one.voc!, 'VOC');
  });

  it.runIf(one.trainer)('has what a trainer would print', () => {
    const { map, map50 } = evaluateAsTrainer(pictures, K);
    expectClose([map, map50], one.trainer!, 'trainer');
  });
});
