/** Trains a pipeline by the settings of a recipe: what fine-tuning and sparsifying have in common. */
import type { CoefficientKind, Loss } from '@topiary/autodiff';
import type { Training } from '@topiary/contracts';
import { type Feeds, merge, type Pipeline, split } from '@topiary/pipeline';
import type { From } from '@topiary/tasks';
import type { ProcedureContext, Stepper, StepResult, Trainer } from './_procedure.js';
import { optimizerOf, scheduleOf } from './_training-parts.js';

/** What a training needs of a run. */
export type TrainingContext = Pick<ProcedureContext, 'task' | 'seed' | 'trainer' | 'fit' | 'point' | 'log' | 'pause'>;

export interface Loop {
  readonly stage: string;
  /** Before the names of its curves, where a run has several trainings. */
  readonly prefix?: string;
  readonly progress: (share: number) => void;
  readonly from?: Exclude<From, 'test'>;
  readonly before?: (step: number) => void | Promise<void>;
  /** What is fed beside the batch of a step (nothing). */
  readonly beside?: (step: number) => Feeds;
}

export interface TrainingRequest extends Omit<Loop, 'before'> {
  /** What a distillation learns from, by name (none). */
  readonly teachers?: Readonly<Record<string, Pipeline>>;
  /** What is made of the task's loss (nothing else). */
  readonly loss?: (loss: Loss) => Loss;
  /** Per-channel inputs that the training graph has (none). */
  readonly coefficients?: readonly CoefficientKind[];
  /** Called before each step (0, 1, …), with the trainer as the step before left it. */
  readonly setCoefficients?: (step: number, trainer: Trainer) => void | Promise<void>;
}

/** At most this many points of a curve are kept; longer trainings are averaged over neighbours. */
const POINTS = 500;

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

const curves = (
  { task, point }: Pick<TrainingContext, 'task' | 'point'>,
  { stage, prefix = '' }: Loop,
  { steps, batch }: Training,
) => {
  const drawers = new Map<string, ReturnType<typeof averager>>();
  const drawer = (series: string) => {
    const known = drawers.get(series);
    if (known) return known;
    const made = averager(steps, (at, value) => point(stage, `${prefix}${series}`, at, value));
    drawers.set(series, made);
    return made;
  };
  return (result: StepResult): void => {
    for (const [series, value] of Object.entries(task.points(result, batch))) drawer(series)(result.step, value);
  };
};

/** The loop of a training: batches that fit `pipeline`, the schedule, curves, progress, and the time a step takes. */
export const runSteps = async (
  context: Omit<TrainingContext, 'trainer'>,
  stepper: Stepper & Pick<Trainer, 'provider'>,
  pipeline: Pipeline,
  settings: Training,
  loop: Loop,
): Promise<void> => {
  const { task, seed, fit, log, pause } = context;
  const { batch, steps } = settings;
  let waitedMs = 0;
  const onWait = (ms: number): void => {
    waitedMs += ms;
  };
  const from = loop.from ?? 'train';
  const batches = task.batches(pipeline, { from, batch, steps, seed, training: settings, onWait });
  const draw = curves(context, loop, settings);
  const { seconds } = await fit(stepper, {
    steps,
    schedule: scheduleOf(settings),
    batch: async (at) => {
      await pause();
      await loop.before?.(at);
      const feeds = (await batches.next()).value!;
      return loop.beside ? { ...feeds, ...loop.beside(at) } : feeds;
    },
    onStep: (result) => {
      if (!result.skipped) draw(result);
      loop.progress(result.step / steps);
    },
  });
  log(
    `${steps} steps of ${batch}: ${((1000 * seconds) / steps).toFixed(1)} ms a step on ${stepper.provider}, ` +
      `${(waitedMs / (10 * seconds)).toFixed(1)} % of it waiting for data`,
  );
};

/** Returns the trained pipeline, or its moving average; the one that it was given stays as it was. */
export const trainPipeline = async (
  context: TrainingContext,
  pipeline: Pipeline,
  settings: Training,
  { teachers = {}, loss = (own) => own, coefficients = [], setCoefficients, ...loop }: TrainingRequest,
): Promise<Pipeline> => {
  const { batch, weightDecay, clip, ema } = settings;
  const trainer = await context.trainer(merge(pipeline), {
    loss: loss(context.task.loss(settings, teachers)),
    optimizer: optimizerOf(settings),
    batch,
    weightDecay,
    clip,
    ema,
    coefficients,
  });
  try {
    await runSteps(context, trainer, pipeline, settings, {
      ...loop,
      before: (at) => setCoefficients?.(at, trainer),
    });
    return split(trainer.export(), pipeline);
  } finally {
    await trainer.release();
  }
};
