/**
 * Trains a network of the zoo for a board, epoch by epoch. After each epoch everything that is carried on is written down,
 * and the pictures of an epoch are drawn from the seed and its number: a training that was killed goes on with the epoch
 * that it was in, and ends with the same numbers.
 */
import { createHash } from 'node:crypto';
import type { BoardDescription, Training } from '@topiary/contracts';
import { optimizerOf, scheduleOf } from '@topiary/methods';
import { merge, type Pipeline, single, split } from '@topiary/pipeline';
import { type CompileOptions, Trainer, train } from '@topiary/runtime';
import { type BoundTask, taskOf } from '@topiary/tasks';
import { protocolOf, trackById } from '@topiary/tracks';
import { buildModel, datasetOf, materialize, modelFor } from '@topiary/zoo';
import { type Checkpoints, checkpointsOf } from '../../workers/evaluator/src/checkpoint.js';
import { ownCompute, pauseOf } from '../../workers/evaluator/src/compute.js';
import { MeasureLock } from '../../workers/evaluator/src/measure-lock.js';
import { metricsOf } from '../../workers/evaluator/src/stages/evaluate.js';
import { cycleOf } from './recipe.js';
import { type Reporter, reporter } from './report.js';

export interface BaseRequest {
  readonly board: BoardDescription;
  readonly epochs: number;
  readonly seed: number;
  readonly batch: number | null;
  readonly lr: number | null;
  readonly home: string;
  readonly dataDir: string;
  readonly testSecret: string | null;
  readonly compile: CompileOptions;
}

/** A training that is ready to begin. */
export interface Plan {
  readonly request: BaseRequest;
  readonly task: BoundTask;
  readonly initial: Pipeline;
  readonly training: Training;
  readonly stepsPerEpoch: number;
  /** The same for two trainings that would end with the same network. */
  readonly identity: string;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export const planBase = async (request: BaseRequest): Promise<Plan> => {
  const { board, seed, epochs, dataDir, testSecret } = request;
  const { options, evaluationBatch } = protocolOf(board);
  const dataset = datasetOf(board.dataset);
  const model = modelFor(board.model, dataset);
  const initial = single(materialize(buildModel(model), seed));
  const { mean, std } = dataset;
  const task = await taskOf(trackById(board.track).task).open({
    dataset: dataset.id,
    dataDir,
    testSecret,
    pipeline: initial,
    settings: { mean, std, classes: [] },
    options,
    evaluationBatch,
  });
  const usual = cycleOf(model.id, 1);
  const batch = Math.min(request.batch ?? usual.batch, task.examples.train);
  const stepsPerEpoch = Math.floor(task.examples.train / batch);
  const cycle = cycleOf(model.id, epochs * stepsPerEpoch);
  const training = { ...cycle, batch, lr: request.lr ?? cycle.lr };
  const facts = [board.id, model.id, seed, epochs, training, options, task.examples, task.hash, mean, std];
  const identity = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
  return { request, task, initial, training, stepsPerEpoch, identity, mean, std };
};

/** Another order and other views of the pictures in every epoch, and the same ones whenever it is begun again. */
const seedOf = ({ request: { seed } }: Plan, epoch: number): number => seed * 100_000 + epoch;

const runEpoch = async (plan: Plan, trainer: Trainer, epoch: number, report: Reporter): Promise<void> => {
  const { request, task, initial, training, stepsPerEpoch: steps } = plan;
  const { signal } = new AbortController();
  const pause = pauseOf({ lock: new MeasureLock(request.home), signal });
  const { batch } = training;
  const batches = task.batches(initial, { from: 'train', batch, steps, seed: seedOf(plan, epoch), training });
  const schedule = scheduleOf(training);
  await train(trainer, {
    steps,
    schedule: (step) => schedule(epoch * steps + step),
    batch: async () => {
      await pause();
      return (await batches.next()).value!;
    },
    onStep: (result) => report.step(epoch, task.points(result, batch)),
  });
};

/** Where the training stands: the number of epochs that it has behind it. */
const resume = async (plan: Plan, trainer: Trainer, checkpoints: Checkpoints): Promise<number> => {
  const state = await checkpoints.read();
  if (state === null) return 0;
  trainer.restore(state);
  return trainer.taken.steps / plan.stepsPerEpoch;
};

/** The trained network; `say` is told how it goes. */
export const trainBase = async (plan: Plan, say: (line: string) => void): Promise<Pipeline> => {
  const { request, task, initial, training, identity } = plan;
  const { batch, weightDecay, clip, ema } = training;
  const checkpoints = checkpointsOf(request.home, `base-${identity}`);
  const trainer = await Trainer.create(merge(initial), {
    ...request.compile,
    loss: task.loss(training),
    optimizer: optimizerOf(training),
    batch,
    weightDecay,
    clip,
    ema,
  });
  try {
    const done = await resume(plan, trainer, checkpoints);
    const report = reporter(say, { epochs: request.epochs, done, steps: plan.stepsPerEpoch });
    for (let epoch = done; epoch < request.epochs; epoch += 1) {
      await runEpoch(plan, trainer, epoch, report);
      await checkpoints.write(trainer.checkpoint());
      report.epoch(epoch);
    }
    return split(trainer.export(), initial);
  } finally {
    await trainer.release();
  }
};

/** What the checkpoints were for is done. */
export const forget = ({ request, identity }: Plan): Promise<void> =>
  checkpointsOf(request.home, `base-${identity}`).remove();

/** On the test split of this installation. */
export const measureBase = async ({ request, task }: Plan, trained: Pipeline) => {
  const { signal } = new AbortController();
  const compute = ownCompute({ compile: request.compile, lock: new MeasureLock(request.home), signal });
  const metrics = metricsOf('base', await task.evaluate(trained, 'test', compute));
  return metrics.map(({ id, value, n }) => ({ id, value, n }));
};
