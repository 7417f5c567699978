/** What pages draw of a detector is what the contracts say, with the numbers of the evaluator. */
import { AveragePrecisionFact, BoxesFact, ConfusionFact, PartsFact, PrecisionRecallFact } from '@topiary/contracts';
import { count } from '@topiary/ops';
import { buildModel, drawBoxShapes, modelOf, pictureUrl, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { evaluateCoco } from '../../../../packages/tasks/src/detection/coco.js';
import {
  averagePrecisionFact,
  boxesFact,
  confusionFact,
  type Evaluated,
  partsFact,
  precisionRecallFact,
} from '../../../../packages/tasks/src/detection/facts-of.js';
import type { Judged } from '../../../../packages/tasks/src/detection/match.js';

const split = drawBoxShapes({ split: 'facts', length: 20 });
const K = split.classes.length;

/** Every object is found, `off` pixels away. */
const found = (off: number): Evaluated => {
  const random = randomFrom(`found/${off}`);
  const judged = split.pictures.map(
    ({ truths }): Judged => ({
      truths,
      detections: truths.map(({ box: [left, top, right, bottom], class: c }) => ({
        box: [left + off, top, right + off, bottom],
        class: c,
        score: random.unit(),
      })),
    }),
  );
  return { judged, coco: evaluateCoco(judged, K) };
};

const pair = { split: 'showcase', classes: split.classes, network: found(4), base: found(0) } as const;

describe('facts of a detector', () => {
  it('hold pictures with boxes as x, y, width and height', async () => {
    const image = await pictureUrl((await split.pixels(0))!);
    const [picture] = split.pictures;
    const { detections } = pair.network.judged[0]!;
    const fact = boxesFact(split.classes, [{ picture: picture!, image, base: [], network: detections }]);
    expect(BoxesFact.parse(fact)).toEqual(fact);
    const [left, top, right, bottom] = picture!.truths[0]!.box;
    const got = fact.pictures[0]!.truths[0]!.box;
    [left, top, right - left, bottom - top].forEach((x, i) => {
      expect(got[i]).toBeCloseTo(x, 0);
    });
    const scores = fact.pictures[0]!.network.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(image.length).toBeLessThan(30_000);
  });

  it('hold the numbers of the evaluator, and of the base beside them', () => {
    const fact = averagePrecisionFact(pair);
    expect(AveragePrecisionFact.parse(fact)).toEqual(fact);
    expect(fact.all.network).toHaveLength(12);
    expect(fact.all.network[0]).toEqual({ title: 'AP', value: pair.network.coco.ap });
    expect(fact.all.base![0]!.value).toBeCloseTo(1, 12);
    expect(fact.classes.network.map(({ truths }) => truths).reduce((a, b) => a + b)).toBe(
      split.pictures.flatMap(({ truths }) => truths).length,
    );
    expect(averagePrecisionFact({ ...pair, base: null }).classes.base).toBeNull();
  });

  it('hold curves and confusion', () => {
    const curves = precisionRecallFact(pair);
    expect(PrecisionRecallFact.parse(curves)).toEqual(curves);
    expect(curves.pictures).toBe(20);
    const confusion = confusionFact(pair);
    expect(ConfusionFact.parse(confusion)).toEqual(confusion);
    const total = confusion.confusion.network.counts.flat().reduce((a, b) => a + b);
    expect(total).toBeGreaterThanOrEqual(split.pictures.flatMap(({ truths }) => truths).length);
  });

  it('hold what backbone, neck and head cost, all of it', () => {
    const graph = buildModel(modelOf('anchorfree-tiny'));
    const fact = partsFact(graph, graph)!;
    expect(PartsFact.parse(fact)).toEqual(fact);
    expect(fact.parts.map(({ title }) => title)).toEqual(['Backbone', 'Neck', 'Head']);
    const { pure, params } = count(graph);
    expect(fact.parts.reduce((sum, part) => sum + part.macs.base, 0)).toBe(pure);
    expect(fact.parts.reduce((sum, part) => sum + part.params.left, 0)).toBe(params);
    const other = buildModel(modelOf('resnet20'));
    expect(partsFact(other, other)).toBeNull();
  });
});
