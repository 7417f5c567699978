/** Runs a detector over pictures, and judges what it finds by COCO's rules and by the usual trainers'. */
import type { Pipeline, RunPart } from '@topiary/pipeline';
import { graphOf, NETWORK } from '@topiary/pipeline';
import { ahead } from '@topiary/zoo';
import type { Compute, EvaluateOptions, Evaluation } from '../_task.js';
import { type Chosen, imagesOf } from './batches.js';
import { type CocoEvaluation, evaluateCoco } from './coco.js';
import type { Evaluated } from './facts-of.js';
import { letterboxed, letterboxOf } from './frame.js';
import { COCO_SIZES, type Judged } from './match.js';
import { DETECTION_METRICS } from './metrics.js';
import { detectionsOf, type Form, type Reader, readerOf } from './network.js';
import { EVALUATION, type Suppression, unletterboxed } from './nms.js';
import { resampledMaps } from './resampling.js';
import { evaluateAsTrainer } from './trainer-metric.js';
import type { Detection, Pixels, SizeRange } from './types.js';

const RANKS = DETECTION_METRICS[0]!.id;

/** A test picture that was read; its place in the split. */
export interface Seen {
  readonly place: number;
  readonly pixels: Pixels;
}

interface Looking extends Chosen {
  readonly batch: number;
  readonly damaged: Set<string>;
}

/** Pictures in the split's order, some at a time; those that cannot be decoded are left out. */
export async function* inOrder({ split, places, batch, damaged }: Looking): AsyncGenerator<readonly Seen[]> {
  const tasks = places.map((place) => async () => ({ place, pixels: await split.pixels(place) }));
  let seen: Seen[] = [];
  for await (const { place, pixels } of ahead(tasks, 2 * batch)) {
    if (pixels === null) damaged.add(split.pictures[place]!.id);
    else seen.push({ place, pixels });
    if (seen.length < batch) continue;
    yield seen;
    seen = [];
  }
  if (seen.length > 0) yield seen;
}

/** A network that can be asked. */
export interface Asked {
  readonly pipeline: Pipeline;
  readonly run: RunPart;
  readonly form: Form;
}

const ask = async ({ pipeline, run, form: { size } }: Asked, pictures: readonly Pixels[]) => {
  const [input] = graphOf(pipeline).inputs;
  const squares = pictures.map((picture) => letterboxed(picture, size));
  return run(NETWORK, { [input!.name]: imagesOf(squares, size) });
};

/** What it finds in pictures, in their own pixels, best first. */
export const detect = async (
  asked: Asked,
  pictures: readonly Pixels[],
  options: Suppression,
  reader: Reader = readerOf(graphOf(asked.pipeline), asked.form),
): Promise<readonly (readonly Detection[])[]> => {
  const results = await ask(asked, pictures);
  const { size } = asked.form;
  return pictures.map(({ width, height }, n) => {
    const box = letterboxOf(size, width, height);
    return detectionsOf(reader(results, n), options).map((one) => unletterboxed(one, box));
  });
};

export interface EvaluateRequest extends Looking {
  readonly form: Form;
}

/** Every picture with what was found in it. */
export const judgedOn = async (
  pipeline: Pipeline,
  request: EvaluateRequest,
  compute: Compute,
  progress: (share: number) => void = () => undefined,
): Promise<readonly Judged[]> => {
  const { split, places, form } = request;
  const running = await compute.open(pipeline);
  const judged: Judged[] = [];
  try {
    for await (const seen of inOrder(request)) {
      await compute.pause();
      const pixels = seen.map((one) => one.pixels);
      const found = await detect({ pipeline, run: running.run, form }, pixels, EVALUATION);
      for (const [i, detections] of found.entries())
        judged.push({ truths: split.pictures[seen[i]!.place]!.truths, detections });
      progress(judged.length / places.length);
    }
  } finally {
    await running.release();
  }
  return judged;
};

/** Of 100; where there is no object at all, nothing was found. */
const percent = (values: Readonly<Record<string, number | null>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([id, value]) => [id, 100 * (value ?? 0)]));

/** Of each class that has objects, `map50-95:ring`: recorded with a run, and none of the metrics that boards show. */
const ofClasses = ({ classes }: CocoEvaluation, names: readonly string[]): Record<string, number | null> =>
  Object.fromEntries(
    classes.flatMap(({ truths, ap }, c) => (truths > 0 ? [[`${RANKS}:${names[c]}`, ap] as const] : [])),
  );

export interface Judging extends Pick<EvaluateOptions, 'progress'> {
  /** Whether the answers are wanted: mAP on each resample of the pictures. */
  readonly resamples?: boolean;
  readonly onJudged?: (found: Evaluated) => void;
}

/** mAP and its relatives on a split. */
export const evaluateOn = async (
  pipeline: Pipeline,
  { sizes = COCO_SIZES, ...request }: EvaluateRequest & { readonly sizes?: readonly SizeRange[] | undefined },
  compute: Compute,
  { progress, resamples = false, onJudged = () => undefined }: Judging = {},
): Promise<Evaluation> => {
  const judged = await judgedOn(pipeline, request, compute, progress);
  const { classes } = request.form;
  const coco = evaluateCoco(judged, classes, sizes);
  onJudged({ judged, coco });
  const values = percent({
    'map50-95': coco.ap,
    map50: coco.ap50,
    map75: coco.ap75,
    ar100: coco.ar[2],
    'map50-95-trainer': evaluateAsTrainer(judged, classes).map,
    ...ofClasses(coco, request.split.classes),
  });
  const answers = resamples ? { metric: RANKS, values: resampledMaps(coco.ranked) } : null;
  return { n: judged.length, values, answers };
};
