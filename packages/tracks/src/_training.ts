/** The trainings that tracks begin with; a board changes what its papers do otherwise. */
import { PLAIN_TRAINING, type Training } from '@topiary/contracts';

/** SGD as for CIFAR in PruningBench (arXiv 2406.12315), with a cosine in place of its two steps. */
export const finetune = (steps: number): Training => ({
  ...PLAIN_TRAINING,
  steps,
  batch: 128,
  optimizer: 'sgd',
  lr: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  schedule: 'cosine',
});

/** Before pruning: the same training with PruningBench's two steps of the learning rate and without weight decay. */
export const sparsify = (training: Training, steps = training.steps): Training => ({
  ...training,
  steps,
  weightDecay: 0,
  schedule: 'step',
});
