/** How long runs take, roughly: enough to be told before pressing the button. */
import type { BoardDescription, Recipe, Target } from '@topiary/contracts';
import type { Cost } from './_track.js';

/** The part of a training step that pruning does not make cheaper (memory traffic, small kernels). */
const STUBBORN = 0.3;

export interface RunShape {
  readonly steps: number;
  readonly batch: number;
  readonly speedup: number;
  /** Batches that statistics are collected over, all re-estimations together. */
  readonly scored: number;
}

export const runSeconds = (
  { fixedSeconds, stepSeconds }: Cost,
  { steps, batch, speedup, scored }: RunShape,
): number => {
  const step = stepSeconds * (batch / 128);
  return fixedSeconds + steps * step * (STUBBORN + (1 - STUBBORN) / speedup) + scored * step;
};

export interface EstimateRequest {
  readonly recipe: Recipe;
  readonly targets: readonly Target[];
  readonly seeds: readonly number[];
  /** Whether the criterion collects statistics. */
  readonly dataDriven: boolean;
}

/** Seconds of all runs of a submission, one after another. */
export const submissionSeconds = (
  board: Pick<BoardDescription, 'finetuneSteps'>,
  cost: Cost,
  { recipe, targets, seeds, dataDriven }: EstimateRequest,
): number => {
  const { prune, finetune } = recipe;
  const rounds = prune.solve === 'first-crossing' ? prune.steps : 1;
  const perTarget = targets.map((target) =>
    runSeconds(cost, {
      steps: finetune.steps ?? board.finetuneSteps,
      batch: finetune.batch,
      speedup: target.value,
      scored: dataDriven ? rounds * prune.batches : 0,
    }),
  );
  return Math.round(seeds.length * perTarget.reduce((a, b) => a + b, 0));
};
