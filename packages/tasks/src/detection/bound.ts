/** A detector's task with its pictures. */
import { TopiaryError } from '@topiary/errors';
import { graphOf, type Pipeline } from '@topiary/pipeline';
import type { BoundTask, Evaluation, From } from '../_task.js';
import { type Chosen, detectionBatches } from './batches.js';
import { evaluateOn } from './evaluate.js';
import type { Evaluated } from './facts-of.js';
import type { Augmentation } from './frame.js';
import { lossOf } from './losses.js';
import { DETECTION_METRICS } from './metrics.js';
import { type Form, formOf } from './network.js';
import { probesOf } from './probes.js';
import { show } from './show.js';
import type { BoxSplit, BoxSplits } from './types.js';
import { unitsOf } from './units.js';

/** One training picture in so many is held out. */
const EVERY = 10;
/** A trained network finds something: mAP 50 of a base model, of 100. */
const LEAST = 5;

export interface DetectionData extends BoxSplits {
  readonly augmentation: Augmentation;
  readonly evaluationBatch: number;
}

/** Pictures by split; what is held out is every tenth. */
const chosenFrom = ({ train, test }: BoxSplits) => {
  const all = (split: BoxSplit, keep: (place: number) => boolean = () => true): Chosen => ({
    split,
    places: split.pictures.flatMap((_, place) => (keep(place) ? [place] : [])),
  });
  const parts: Readonly<Record<From, Chosen>> = {
    train: all(train),
    rest: all(train, (place) => place % EVERY !== 0),
    held: all(train, (place) => place % EVERY === 0),
    test: all(test),
  };
  return (from: From): Chosen => parts[from];
};

/** What shows boxes only after they were decoded: nothing of the loss could be computed. */
const finished = (form: Form): string | null => {
  if (form.kind === 'raw') return null;
  const isSuppressed = form.kind === 'suppressed' || form.cut;
  return isSuppressed ? 'suppression of boxes inside the file' : 'boxes decoded in an unknown way';
};

const CURE = 'Export the network with nms=False';

const assertTrainable = (form: Form): void => {
  const got = finished(form);
  if (got === null) return;
  const expected = 'raw boxes and scores';
  throw new TopiaryError('TOPIARY_TASKS_CANNOT_SERVE', { where: 'training of a detector', expected, got, cure: CURE });
};

const guesses = ({ values }: Evaluation): ReturnType<BoundTask['guesses']> => {
  const got = values['map50']!;
  if (got >= LEAST) return null;
  return {
    expected: `an mAP 50 of at least ${LEAST} on the test split`,
    got: got.toFixed(2),
    cure: 'Check the order of the classes, and that the input is RGB from 0 to 1',
  };
};

/** What was left out: annotations by reason, pictures that could not be decoded. */
const leftOut = ({ train, test }: BoxSplits, damaged: Readonly<Record<'training' | 'test', ReadonlySet<string>>>) => {
  const sorted = (names: Iterable<string>) => [...names].sort();
  const excluded = [train, test].flatMap((split, i) =>
    Object.entries(split.excluded).map(([reason, names]) => [`${['training', 'test'][i]}: ${reason}`, sorted(names)]),
  );
  return {
    training: sorted(damaged.training),
    test: sorted(damaged.test),
    ...(Object.fromEntries(excluded) as Record<string, string[]>),
  };
};

/** `form`: of the base; whatever becomes of it has the same. */
export const bindDetector = (data: DetectionData, form: Form): BoundTask => {
  const { train, test, showcase, sizes, augmentation, evaluationBatch: batch } = data;
  const chosen = chosenFrom(data);
  const damaged = { training: new Set<string>(), test: new Set<string>() };
  // of networks as long as somebody holds them: what pages draw of the test split is of all pictures together
  const judged = new WeakMap<Pipeline, Evaluated>();
  const of = (from: From) => damaged[from === 'test' ? 'test' : 'training'];
  const formNow = (pipeline: Pipeline) => formOf(graphOf(pipeline), train.classes.length);
  return {
    id: 'detection',
    metrics: DETECTION_METRICS,
    examples: { train: train.pictures.length, rest: chosen('rest').places.length, test: test.pictures.length },
    hash: test.hash(),
    damaged: () => leftOut(data, damaged),
    loss: (training) => {
      assertTrainable(form);
      return lossOf(training);
    },
    batches: (pipeline, request) => {
      const { size } = formNow(pipeline);
      const source = { ...chosen(request.from), size, damaged: of(request.from) };
      return detectionBatches(graphOf(pipeline), source, request, augmentation);
    },
    trajectory: () => null,
    points: ({ loss, metrics }) => ({
      loss,
      ...Object.fromEntries(['box', 'class', 'dfl'].map((term) => [`${term}-loss`, metrics[term] ?? 0])),
    }),
    evaluate: (pipeline, from, compute, { examples = Number.POSITIVE_INFINITY, ...options } = {}) => {
      const { split, places } = chosen(from);
      const request = { split, places: places.slice(0, examples), batch, damaged: of(from), sizes };
      return evaluateOn(pipeline, { ...request, form: formNow(pipeline) }, compute, {
        ...options,
        resamples: from === 'test',
        onJudged: (found) => from === 'test' && judged.set(pipeline, found),
      });
    },
    costs: () => ({}),
    units: async (pipeline, compute, examples) => {
      const picture = await (showcase.pictures.length > 0 ? showcase : train).pixels(0);
      const blank = { width: form.size, height: form.size, data: new Uint8Array(3 * form.size ** 2) };
      return unitsOf(pipeline, { form: formNow(pipeline), picture: picture ?? blank, examples }, compute);
    },
    show: (pipeline, base, compute) =>
      show({ pipeline, base, form, showcase, sizes, batch, judged: (one) => judged.get(one) ?? null }, compute),
    probes: probesOf({ split: test, form, examples: batch }),
    evaluatedOnly: finished(form) && `${finished(form)}. ${CURE}`,
    guesses,
  };
};
