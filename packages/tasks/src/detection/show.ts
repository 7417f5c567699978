/**
 * What a page shows of a detector: pictures of the showcase with what base and network found there; curves, tables and
 * confusion of the pictures on which it was judged last, without a word on any single one of the test split.
 */
import { graphOf, type Pipeline } from '@topiary/pipeline';
import { pictureUrl } from '@topiary/zoo';
import type { Compute, Fact } from '../_task.js';
import { evaluateCoco } from './coco.js';
import { judgedOn } from './evaluate.js';
import {
  averagePrecisionFact,
  boxesFact,
  confusionFact,
  type Evaluated,
  partsFact,
  precisionRecallFact,
  type ShownPicture,
} from './facts-of.js';
import { COCO_SIZES } from './match.js';
import type { Form } from './network.js';
import type { BoxSplit, SizeRange } from './types.js';

/** The first pictures of the split: chosen by order, not by beauty. */
const PICTURES = 6;

export interface ShowRequest {
  readonly pipeline: Pipeline;
  readonly base: Pipeline;
  readonly form: Form;
  readonly showcase: BoxSplit;
  readonly sizes: readonly SizeRange[] | undefined;
  readonly batch: number;
  /** What is known of the test split by now. */
  readonly judged: (pipeline: Pipeline) => Evaluated | null;
}

const fact = (view: string, title: string, value: unknown): Fact => ({
  view,
  title,
  mediaType: 'application/json',
  bytes: new TextEncoder().encode(JSON.stringify(value)),
});

const onShowcase = async (request: ShowRequest, pipeline: Pipeline, compute: Compute): Promise<Evaluated> => {
  const { showcase: split, form, batch, sizes = COCO_SIZES } = request;
  const places = split.pictures.map((_, place) => place);
  const judged = await judgedOn(pipeline, { split, places, form, batch, damaged: new Set() }, compute);
  return { judged, coco: evaluateCoco(judged, split.classes.length, sizes) };
};

const shownPictures = async (showcase: BoxSplit, network: Evaluated, base: Evaluated): Promise<ShownPicture[]> => {
  const shown: ShownPicture[] = [];
  // a picture that cannot be decoded was not judged: the places of those behind it moved up
  for (let place = 0, at = 0; place < showcase.pictures.length && shown.length < PICTURES; place += 1) {
    const pixels = await showcase.pixels(place);
    if (pixels === null) continue;
    const [one, other] = [network.judged[at]!.detections, base.judged[at]!.detections];
    shown.push({ picture: showcase.pictures[place]!, image: await pictureUrl(pixels), network: one, base: other });
    at += 1;
  }
  return shown;
};

export const show = async (request: ShowRequest, compute: Compute): Promise<readonly Fact[]> => {
  const { pipeline, base, showcase, judged } = request;
  const parts = partsFact(graphOf(base), graphOf(pipeline));
  const partFacts = parts === null ? [] : [fact('parts', 'Where the work is', parts)];
  if (showcase.pictures.length === 0) return partFacts;
  const here = await onShowcase(request, pipeline, compute);
  const there = await onShowcase(request, base, compute);
  const known = judged(pipeline);
  const pair = known
    ? ({ split: 'test', network: known, base: judged(base) } as const)
    : ({ split: 'showcase', network: here, base: there } as const);
  const evaluated = { ...pair, classes: showcase.classes };
  return [
    fact('boxes', 'Found on the showcase', boxesFact(showcase.classes, await shownPictures(showcase, here, there))),
    fact('precision-recall', 'Precision and recall', precisionRecallFact(evaluated)),
    fact('average-precision', 'By class and by size', averagePrecisionFact(evaluated)),
    fact('confusion', 'Taken for what', confusionFact(evaluated)),
    ...partFacts,
  ];
};
