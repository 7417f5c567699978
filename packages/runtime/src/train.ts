/** The training loop: a schedule, a source of batches, progress, cancellation. */
import type { Schedule } from '@topiary/autodiff';
import { throwIfAborted } from './abort.js';
import type { LossTrainer, StepResult } from './loss-trainer.js';
import type { Feeds } from './tensors.js';

export interface Progress extends StepResult {
  readonly steps: number;
  readonly lr: number;
  /** Wall time since the loop began. */
  readonly seconds: number;
}

export interface TrainOptions {
  readonly steps: number;
  readonly schedule: Schedule;
  /** The batch of a step (0, 1, …). */
  readonly batch: (step: number) => Feeds | Promise<Feeds>;
  readonly signal?: AbortSignal;
  /** Called after each step. */
  readonly onStep?: (progress: Progress) => void;
}

export interface TrainSummary {
  readonly steps: number;
  readonly seconds: number;
  readonly losses: Float32Array;
}

/** What takes the steps. */
export type Stepper = Pick<LossTrainer, 'steps'>;

export const train = async (trainer: Stepper, options: TrainOptions): Promise<TrainSummary> => {
  const { steps, schedule, signal } = options;
  const losses = new Float32Array(steps);
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  for (let i = 0; i < steps; i += 1) {
    throwIfAborted(signal, `training step ${i + 1} of ${steps}`);
    const lr = schedule(i);
    const [result] = await trainer.steps([{ feeds: await options.batch(i), lr }]);
    losses[i] = result!.loss;
    options.onStep?.({ ...result!, steps, lr, seconds: elapsed() });
  }
  return { steps, seconds: elapsed(), losses };
};
