/** How long runs take, roughly: enough to be told before pressing the button. */
import type { FilledRecipe, Target, Training } from '@topiary/contracts';
import type { Cost } from './_track.js';

/** The part of a training step that pruning does not make cheaper (memory traffic, small kernels). */
const STUBBORN = 0.3;

/**
 * Where nothing was measured: a training step takes as long per multiply-accumulate as ResNet-56's on CIFAR-10 (1.09 s
 * for 127 M MACs of 128 pictures), and evaluating, twice on half the network, a third of a step per batch.
 */
export const extrapolatedCost = (macs: number, testExamples: number): Cost => {
  const stepSeconds = (1.09 / 127_115_914) * macs;
  return { fixedSeconds: 5 + (testExamples / 128) * (stepSeconds / 3), stepSeconds };
};

/** What of a training decides its time. */
type Work = Pick<Training, 'steps' | 'batch'>;

export interface RunShape {
  readonly finetune: Work;
  /** Before pruning, at the base model's cost; null without a regularizer. */
  readonly sparsify: Work | null;
  readonly speedup: number;
  /** Batches that statistics are collected over, all re-estimations together. */
  readonly scored: number;
}

export const runSeconds = (
  { fixedSeconds, stepSeconds }: Cost,
  { finetune, sparsify, speedup, scored }: RunShape,
): number => {
  const secondsOf = ({ steps, batch }: Work) => steps * stepSeconds * (batch / 128);
  const tuning = secondsOf(finetune) * (STUBBORN + (1 - STUBBORN) / speedup);
  return fixedSeconds + tuning + (sparsify ? secondsOf(sparsify) : 0) + scored * stepSeconds;
};

export interface EstimateRequest {
  readonly recipe: FilledRecipe;
  readonly targets: readonly Target[];
  readonly seeds: readonly number[];
  /** Whether the criterion collects statistics. */
  readonly dataDriven: boolean;
}

/** Seconds of all runs of a submission, one after another. */
export const submissionSeconds = (cost: Cost, { recipe, targets, seeds, dataDriven }: EstimateRequest): number => {
  const { prune, finetune, sparsify, regularizer } = recipe;
  const rounds = prune.solve === 'first-crossing' ? prune.steps : 1;
  const scored = dataDriven ? rounds * prune.batches : 0;
  const perTarget = targets.map(({ value: speedup }) =>
    runSeconds(cost, { finetune, sparsify: regularizer === null ? null : sparsify, speedup, scored }),
  );
  return Math.round(seeds.length * perTarget.reduce((a, b) => a + b, 0));
};
