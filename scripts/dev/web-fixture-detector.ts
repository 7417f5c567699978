/** FIXTURES: what a run of a detector leaves, made of drawn pictures and of boxes that are moved about. */
import { createHash } from 'node:crypto';
import { buildModel, drawBoxShapes, modelOf, pictureUrl, randomFrom, SHAPE_SIZES } from '@topiary/zoo';
import { evaluateCoco } from '../../packages/tasks/src/detection/coco.js';
import {
  averagePrecisionFact,
  boxesFact,
  confusionFact,
  partsFact,
  precisionRecallFact,
} from '../../packages/tasks/src/detection/facts-of.js';
import type { Judged } from '../../packages/tasks/src/detection/match.js';

const split = drawBoxShapes({ split: 'fixtures', length: 80 });
const K = split.classes.length;

/** `skill` of 1 finds everything, exactly. */
const found = (skill: number): Judged[] => {
  const random = randomFrom(`fixtures/${skill}`);
  return split.pictures.map(({ truths }) => {
    const stray = 14 * (1 - skill);
    const near = truths
      .filter(({ area }) => random.chance(skill + (1 - skill) * Math.min(1, area / 900)))
      .map(({ box: [left, top, right, bottom], class: c }) => {
        const [dx, dy] = [random.between(-stray, stray), random.between(-stray, stray)];
        return {
          box: [left + dx, top + dy, right + dx, bottom + dy] as const,
          class: random.chance(skill) ? c : random.below(K),
          score: Math.min(0.99, skill * random.between(0.5, 1.1)),
        };
      });
    const far = Array.from({ length: random.below(4) }, () => {
      const [left, top] = [random.between(0, 90), random.between(0, 90)];
      const box = [left, top, left + random.between(8, 38), top + random.between(8, 38)] as const;
      return { box, class: random.below(K), score: random.between(0.05, 0.6) };
    });
    return { truths, detections: [...near, ...far].sort((a, b) => b.score - a.score) };
  });
};

const evaluated = (skill: number) => {
  const judged = found(skill);
  return { judged, coco: evaluateCoco(judged, K, SHAPE_SIZES) };
};
const [base, network] = [evaluated(0.9), evaluated(0.7)];
const pair = { split: 'showcase', classes: split.classes, base, network } as const;

const pictures = await Promise.all(
  split.pictures.slice(0, 6).map(async (picture, i) => ({
    picture,
    image: await pictureUrl((await split.pixels(i))!),
    base: base.judged[i]!.detections,
    network: network.judged[i]!.detections,
  })),
);

const tiny = buildModel(modelOf('anchorfree-tiny'));
const halved = partsFact(tiny, tiny)!;
const parts = {
  parts: halved.parts.map(({ title, macs, params }, i) => ({
    title,
    macs: { base: macs.base, left: Math.round(macs.base * [0.31, 0.5, 0.38][i]!) },
    params: { base: params.base, left: Math.round(params.base * [0.28, 0.45, 0.41][i]!) },
  })),
};

const files = [
  ['boxes', 'Boxes', boxesFact(split.classes, pictures)],
  ['precision-recall', 'Precision and recall', precisionRecallFact(pair)],
  ['average-precision', 'Average precision', averagePrecisionFact(pair)],
  ['confusion', 'Confusion', confusionFact(pair)],
  ['parts', 'Parts of the network', parts],
] as const;

/** By their sha256. */
export const detectorFiles: ReadonlyMap<string, string> = new Map(
  files.map(([, , value]) => {
    const text = JSON.stringify(value);
    return [createHash('sha256').update(text).digest('hex'), text];
  }),
);

export const detectorArtefacts = [...detectorFiles].map(([sha256, text], i) => ({
  kind: files[i]![0],
  title: files[i]![1],
  sha256,
  bytes: text.length,
  mediaType: 'application/json',
}));
