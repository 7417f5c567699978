/** A promptable segmenter's task with its pictures and its base. */
import type { Loss } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';
import { fillPorts, type Pipeline, partOf, pipelineCosts, single } from '@topiary/pipeline';
import type { MaskSplit, MaskSplits } from '@topiary/zoo';
import type { BoundTask, Compute, Evaluation, From, Unit } from '../_task.js';
import { type Chosen, type Drawing, maskBatches } from './batches.js';
import { evaluationOf, type Judged, judge } from './evaluate.js';
import { distilledEmbedding, segmentationLoss } from './loss.js';
import { SEGMENTATION_METRICS } from './metrics.js';
import { PARTS, partsOf, sidesOf } from './parts.js';
import type { SegmentationOptions, SegmentationSettings } from './settings.js';
import { showMasks } from './show.js';

/** One training picture in so many is held out. */
const EVERY = 10;
/** A trained network cuts something out: mIoU of a base model, of 100. */
const LEAST = 20;

export interface SegmentationData extends MaskSplits {
  readonly base: Pipeline;
  readonly settings: SegmentationSettings;
  readonly options: SegmentationOptions;
  readonly evaluationBatch: number;
}

const placesOf = ({ length }: MaskSplit, keep: (place: number) => boolean = () => true): number[] =>
  Array.from({ length }, (_, place) => place).filter(keep);

/** Pictures by split: of the training ones as many as the protocol lets a run see, every tenth of these held out. */
const chosenFrom = ({ train, test, options }: SegmentationData) => {
  const isSeen = (place: number) => place < options.pictures;
  const damaged = { training: new Set<string>(), test: new Set<string>() };
  const of = (split: MaskSplit, places: readonly number[]): Chosen => ({
    split,
    places,
    damaged: split === test ? damaged.test : damaged.training,
  });
  const parts: Readonly<Record<From, Chosen>> = {
    train: of(train, placesOf(train, isSeen)),
    rest: of(
      train,
      placesOf(train, (place) => isSeen(place) && place % EVERY !== 0),
    ),
    held: of(
      train,
      placesOf(train, (place) => isSeen(place) && place % EVERY === 0),
    ),
    test: of(test, placesOf(test)),
  };
  return { chosen: (from: From) => parts[from], damaged };
};

const isDistilled = (training: Training | null): training is Training =>
  training !== null && training.distillation !== 'none';

/** A picture through the encoder, a prompt through the others. */
const unitsOf = async (pipeline: Pipeline, compute: Compute, examples: number): Promise<readonly Unit[]> => {
  const unit = async (id: string, title: string, parts: readonly string[]): Promise<Unit> => {
    const running = await compute.open(pipeline);
    const feeds = parts.map((part) => [part, fillPorts(partOf(pipeline, part).ports, examples)] as const);
    return {
      id,
      title,
      examples,
      run: async () => {
        for (const [part, given] of feeds) await running.run(part, given);
        return {};
      },
      release: () => running.release(),
    };
  };
  return [await unit('picture', 'one picture', PARTS.slice(0, 1)), await unit('prompt', 'one prompt', PARTS.slice(1))];
};

/** Of all parts, those that are kept, too: a picture and one prompt. */
const wholeCosts = ({ parts }: Pipeline): Readonly<Record<string, number>> => {
  const each = [...parts.values()].map(({ graph }) => pipelineCosts(single(graph), 'pure'));
  const sum = (of: (costs: (typeof each)[number]) => number) => each.reduce((total, costs) => total + of(costs), 0);
  return { 'total-params': sum(({ params }) => params), 'total-macs': sum(({ macs }) => macs) };
};

export const bindSegmenter = (data: SegmentationData): BoundTask => {
  const { base, settings, options, test, evaluationBatch: batch } = data;
  const { chosen, damaged } = chosenFrom(data);
  const parts = partsOf(base);
  const drawing: Drawing = { ...sidesOf(parts), ...settings, ...options };
  // what the base says of a split is asked once
  const known = new Map<string, Promise<Judged>>();
  const lossFor = (training: Training | null, teachers: Readonly<Record<string, Pipeline>> = {}): Loss => {
    const own = segmentationLoss({ prompts: parts.prompts, decoder: parts.decoder, each: options.prompts });
    const teacher = teachers['base'];
    return isDistilled(training) && teacher
      ? distilledEmbedding(own, partsOf(teacher).encoder, training.distillationWeight)
      : own;
  };

  const evaluate: BoundTask['evaluate'] = async (pipeline, from, compute, given = {}): Promise<Evaluation> => {
    const { examples = Number.POSITIVE_INFINITY, progress = () => undefined } = given;
    const of = chosen(from);
    const judging = {
      chosen: { ...of, places: of.places.slice(0, examples) },
      normalisation: settings,
      batch,
      progress,
    };
    const key = `${from}/${judging.chosen.places.length}`;
    const reference = known.get(key) ?? judge(base, { ...judging, progress: () => undefined }, compute);
    known.set(key, reference);
    const theirs = await reference;
    return evaluationOf(pipeline === base ? theirs : await judge(pipeline, judging, compute), theirs);
  };

  return {
    id: 'segmentation',
    metrics: SEGMENTATION_METRICS,
    examples: {
      train: chosen('train').places.length,
      rest: chosen('rest').places.length,
      test: test.length,
    },
    hash: test.hash(),
    damaged: () => ({ training: [...damaged.training].sort(), test: [...damaged.test].sort() }),
    loss: lossFor,
    batches: (pipeline, request) =>
      maskBatches(chosen(request.from), drawing, request, partsOf(pipeline).encoder.inputs[0]!.name),
    trajectory: () => null,
    points: ({ loss, metrics }, examples) => ({
      loss,
      ...('iou' in metrics ? { iou: metrics['iou']! / examples } : {}),
    }),
    evaluate,
    costs: wholeCosts,
    units: unitsOf,
    show: (pipeline, own, compute) =>
      showMasks({ pipeline, base: own, showcase: data.showcase, normalisation: settings, batch }, compute),
    probes: [],
    evaluatedOnly: null,
    guesses: ({ values }) => {
      const got = values['miou-point']!;
      if (got >= LEAST) return null;
      const cure = 'Check the mean and the standard deviation that its pictures are normalised by';
      return { expected: `an mIoU of at least ${LEAST} by one point`, got: got.toFixed(2), cure };
    },
  };
};
