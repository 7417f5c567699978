/** Trains a network by the settings of a recipe: what fine-tuning and sparsifying have in common. */
import type { CoefficientKind } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';
import type { Graph } from '@topiary/onnx';
import { classificationFeeds, type Feeds, type Progress, type Stepper, Trainer, train } from '@topiary/runtime';
import { batches, mixer, type Split, type Taking } from '@topiary/zoo';
import type { Data, RunContext } from '../run-context.js';
import type { Runner } from '../runner.js';
import { lossOf, optimizerOf, scheduleOf } from './training-parts.js';

/** What a training needs of a run. */
export type TrainingContext = Pick<RunContext, 'compile' | 'protocol' | 'report' | 'lock' | 'signal'> & {
  readonly task: { readonly run: { readonly seed: number } };
};

export interface TrainingRequest {
  readonly stage: 'finetune' | 'sparsify';
  readonly progress: (share: number) => void;
  /** The network that a distillation learns from (the one in training, as it came). */
  readonly teacher?: Graph;
  /** Per-channel inputs that the training graph has (none). */
  readonly coefficients?: readonly CoefficientKind[];
  /** Called before each step (0, 1, …), with the trainer as the step before left it. */
  readonly setCoefficients?: (step: number, trainer: Trainer) => void | Promise<void>;
}

/** At most this many points of a curve are kept; longer trainings are averaged over neighbours. */
const POINTS = 500;

/** Names of the curves: a run may have both. */
const SERIES = {
  finetune: { loss: 'loss', accuracy: 'train-top1' },
  sparsify: { loss: 'sparsify-loss', accuracy: 'sparsify-top1' },
} as const;

/** Averages neighbouring points, so that a curve of any length has at most `POINTS`. */
const averager = (steps: number, emit: (step: number, value: number) => void) => {
  const every = Math.max(1, Math.ceil(steps / POINTS));
  let [sum, n] = [0, 0];
  return (at: number, value: number) => {
    sum += value;
    n += 1;
    if (n < every && at < steps) return;
    emit(at, sum / n);
    [sum, n] = [0, 0];
  };
};

/** Augmented and mixed batches as feeds, one after another. */
const feedsOf = (
  { protocol, task }: TrainingContext,
  model: Graph,
  split: Split,
  settings: Training,
  taking: Taking,
): (() => Promise<Feeds>) => {
  const { batch, steps } = settings;
  const { seed } = task.run;
  const source = batches(split, { batch, steps, seed, augment: protocol.augment, ...taking });
  const mix = mixer(settings, split.dims, seed);
  return async () => {
    const plain = (await source.next()).value!;
    if (mix === null) return classificationFeeds(model, plain.images, plain.labels);
    const mixed = mix(plain);
    return classificationFeeds(model, mixed.images, mixed.labels, mixed);
  };
};

const curves = ({ report }: TrainingContext, stage: TrainingRequest['stage'], { steps, batch }: Training) => {
  const curve = (series: string) => averager(steps, (at, value) => report.point(stage, series, at, value));
  const [loss, accuracy] = [curve(SERIES[stage].loss), curve(SERIES[stage].accuracy)];
  return (result: Progress): void => {
    loss(result.step, result.loss);
    accuracy(result.step, (100 * (result.metrics['correct'] ?? 0)) / batch);
  };
};

/** Takes the steps of a training, wherever the network lies. */
interface Steps extends Stepper {
  readonly provider: string;
}

interface Loop {
  readonly stage: TrainingRequest['stage'];
  readonly progress: (share: number) => void;
  readonly before?: (step: number) => void | Promise<void>;
}

/** The loop of a training: batches that fit `model`, the schedule, curves, progress, and the time a step takes. */
const runSteps = async (
  context: TrainingContext,
  steps: Steps,
  model: Graph,
  { train: split }: Pick<Data, 'train'>,
  settings: Training,
  { stage, progress, before }: Loop,
): Promise<void> => {
  const { report, lock, signal } = context;
  let waitedMs = 0;
  const onWait = (ms: number): void => {
    waitedMs += ms;
  };
  const next = feedsOf(context, model, split, settings, { together: steps.together, onWait });
  const draw = curves(context, stage, settings);
  const { seconds } = await train(steps, {
    steps: settings.steps,
    schedule: scheduleOf(settings),
    signal,
    batch: async (at) => {
      await lock.pause(signal);
      await before?.(at);
      return next();
    },
    onStep: (result) => {
      draw(result);
      progress(result.step / settings.steps);
    },
  });
  report.log(
    `${settings.steps} steps of ${settings.batch}: ${((1000 * seconds) / settings.steps).toFixed(1)} ms a step on ${steps.provider}, ` +
      `${(waitedMs / (10 * seconds)).toFixed(1)} % of it waiting for data`,
  );
};

/** Returns the trained network, or its moving average; the one that it was given stays as it was. */
export const trainNetwork = async (
  context: TrainingContext,
  model: Graph,
  data: Pick<Data, 'train'>,
  settings: Training,
  { stage, progress, teacher = model, coefficients = [], setCoefficients }: TrainingRequest,
): Promise<Graph> => {
  const { batch, weightDecay, clip, ema } = settings;
  const trainer = await Trainer.create(model, {
    ...context.compile,
    loss: lossOf(settings, teacher),
    optimizer: optimizerOf(settings),
    batch,
    weightDecay,
    clip,
    ema,
    coefficients,
  });
  const steps = { steps: trainer.steps.bind(trainer), together: trainer.together, provider: trainer.session.provider };
  const before = (at: number) => setCoefficients?.(at, trainer);
  try {
    await runSteps(context, steps, model, data, settings, { stage, progress, before });
    return trainer.export();
  } finally {
    await trainer.release();
  }
};

/** The same training of an uploaded network in its own process: it is sent batches of the training split, one by one. */
export const trainRemotely = async (
  context: TrainingContext,
  runner: Runner,
  base: Graph,
  data: Pick<Data, 'train'>,
  settings: Training,
  progress: (share: number) => void,
): Promise<void> => {
  const { provider } = await runner.startTraining(settings);
  const steps: Steps = {
    steps: ([step]) => runner.step(step!.feeds, step!.lr).then((result) => [result]),
    together: 1,
    provider,
  };
  await runSteps(context, steps, base, data, settings, { stage: 'finetune', progress });
  await runner.endTraining();
};
