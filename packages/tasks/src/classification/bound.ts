/** A classifier's task with its pictures. */
import { type Feeds, fillPorts, graphOf, NETWORK, type Pipeline } from '@topiary/pipeline';
import { type Augment, type Batch, batches, inOrder, type MixedBatch, mixer, type Split } from '@topiary/zoo';
import type { BatchRequest, BoundTask, Compute, EvaluateOptions, Evaluation, From, Unit } from '../_task.js';
import { firstOf, holdOut, restOf } from '../held-out.js';
import { classificationFeeds } from './feeds.js';
import { logitsOf } from './logits.js';
import { lossOf } from './losses.js';
import { CLASSIFICATION_METRICS } from './metrics.js';
import { probesOf } from './probes.js';
import { crossEntropyOf, largest } from './scores.js';

/** A network that guesses has nothing to lose: it should beat chance by this factor. */
const ABOVE_CHANCE = 2;

export interface Pictures {
  readonly train: Split;
  readonly test: Split;
  /** Of the test split. */
  readonly hash: string;
  readonly classes: number;
  readonly augment: Augment;
  readonly evaluationBatch: number;
}

const isMixedBatch = (batch: Batch): batch is MixedBatch => 'partners' in batch;

/** Pictures for the network's input, and labels for the loss. */
const feedsOf = (pipeline: Pipeline, batch: Batch): Feeds =>
  classificationFeeds(graphOf(pipeline), batch.images, batch.labels, isMixedBatch(batch) ? batch : undefined);

/** Splits by name; what is held out is chosen once, and only where it is asked for. */
const splitsOf = ({ train, test }: Pictures): ((from: From) => Split) => {
  let parts: ReturnType<typeof holdOut> | null = null;
  return (from) => {
    if (from === 'train') return train;
    if (from === 'test') return test;
    parts ??= holdOut(train);
    return parts[from];
  };
};

const score = async (
  pipeline: Pipeline,
  split: Split,
  { classes, evaluationBatch }: Pictures,
  compute: Compute,
  progress: (share: number) => void,
): Promise<Evaluation> => {
  const running = await compute.open(pipeline);
  const correct: number[] = [];
  let loss = 0;
  try {
    for await (const batch of inOrder(split, evaluationBatch)) {
      await compute.pause();
      const logits = await logitsOf(running.run, pipeline, batch, classes);
      batch.labels.forEach((label, row) => {
        correct.push(Number(largest(logits, row, classes) === label));
        loss += crossEntropyOf(logits, row, classes, label);
      });
      progress(correct.length / split.length);
    }
  } finally {
    await running.release();
  }
  const n = correct.length;
  const right = correct.reduce((sum, one) => sum + one, 0);
  return {
    n,
    values: { top1: (100 * right) / n, loss: loss / n },
    answers: { metric: 'top1', values: Uint8Array.from(correct) },
  };
};

/** One forward pass. */
const forwardPass = async (pipeline: Pipeline, compute: Compute, examples: number): Promise<Unit> => {
  const running = await compute.open(pipeline);
  const feeds = fillPorts(pipeline.parts.get(NETWORK)!.ports, examples);
  return {
    id: 'forward',
    title: 'one forward pass',
    examples,
    run: async () => {
      await running.run(NETWORK, feeds);
      return {};
    },
    release: () => running.release(),
  };
};

const guesses = ({ classes }: Pictures, { values }: Evaluation): ReturnType<BoundTask['guesses']> => {
  const least = Math.min(100, (100 * ABOVE_CHANCE) / classes);
  if (values['top1']! >= least) return null;
  return {
    expected: `a top-1 of at least ${least.toFixed(1)} % on the test split, twice chance`,
    got: `${values['top1']!.toFixed(2)} %`,
    cure: 'Check the order of the classes and the normalisation (mean, std)',
  };
};

async function* feedsFrom(pipeline: Pipeline, split: Split, augment: Augment, request: BatchRequest) {
  const { batch, steps, seed, plain = false, training, onWait } = request;
  const source = batches(split, { batch, steps, seed, onWait, ...(plain ? {} : { augment }) });
  const mix = plain || !training ? null : mixer(training, split.dims, seed);
  for await (const one of source) yield feedsOf(pipeline, mix === null ? one : mix(one));
  return undefined;
}

export const bindClassifier = (pictures: Pictures): BoundTask => {
  const split = splitsOf(pictures);
  const { train, test, hash, classes, augment, evaluationBatch } = pictures;
  return {
    id: 'classification',
    metrics: CLASSIFICATION_METRICS,
    examples: { train: train.length, rest: restOf(train.length), test: test.length },
    hash,
    damaged: () => ({ training: [...train.pictures.damaged].sort(), test: [...test.pictures.damaged].sort() }),
    loss: lossOf,
    batches: (pipeline, request) => feedsFrom(pipeline, split(request.from), augment, request),
    trajectory: () => null,
    points: ({ loss, metrics }, examples) => ({ loss, 'train-top1': (100 * (metrics['correct'] ?? 0)) / examples }),
    evaluate: (pipeline, from, compute, { examples, progress = () => undefined }: EvaluateOptions = {}) =>
      score(pipeline, firstOf(split(from), examples ?? Number.POSITIVE_INFINITY), pictures, compute, progress),
    costs: () => ({}),
    units: async (pipeline, compute, examples) => [await forwardPass(pipeline, compute, examples)],
    show: async () => [],
    probes: probesOf({ split: test, classes, examples: evaluationBatch }),
    evaluatedOnly: null,
    guesses: (evaluation) => guesses(pictures, evaluation),
  };
};
