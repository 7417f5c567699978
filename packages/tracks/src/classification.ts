/**
 * Classification: a trained network is pruned to a share of its MACs, fine-tuned for a fixed budget, and its top-1
 * accuracy on the test split decides. Budgets and targets follow PruningBench (arXiv 2406.12315) as far as a CPU goes.
 */
import type { BoardDescription, Training } from '@topiary/contracts';
import type { Track } from './_track.js';

const speedups = (...values: readonly number[]): BoardDescription['targets'] =>
  values.map((value) => ({ axis: 'macs', value, label: `${value}x` }));

/** SGD as for CIFAR in PruningBench, with a cosine in place of its two steps. */
const finetune = (steps: number): Training => ({
  steps,
  batch: 128,
  optimizer: 'sgd',
  lr: 0.01,
  momentum: 0.9,
  weightDecay: 5e-4,
  schedule: 'cosine',
  warmup: 0,
  clip: 0,
  ema: 0,
  labelSmoothing: 0,
  mixup: 0,
  cutmix: 0,
  distillation: 'none',
  distillationWeight: 0.5,
  temperature: 1,
});

/** Before pruning: the same training with PruningBench's two steps of the learning rate and without weight decay. */
const sparsify = (training: Training, steps: number): Training => ({
  ...training,
  steps,
  weightDecay: 0,
  schedule: 'step',
});

const CIFAR10 = { id: 'cifar10', title: 'CIFAR-10' };

export const Classification: Track = {
  id: 'classification',
  title: 'Image classification',
  summary: 'Prune a trained network to a share of its MACs, fine-tune it for a fixed budget, compare top-1 accuracy.',
  stages: [
    { id: 'prepare', title: 'Prepare model and data' },
    { id: 'sparsify', title: 'Train towards sparsity' },
    { id: 'prune', title: 'Score and prune' },
    { id: 'finetune', title: 'Fine-tune' },
    { id: 'evaluate', title: 'Evaluate on the test split' },
    { id: 'measure', title: 'Measure latency' },
    { id: 'publish', title: 'Store and publish' },
  ],
  metrics: [
    { id: 'top1', title: 'Top-1 accuracy', unit: '%', direction: 'higher', digits: 2 },
    { id: 'loss', title: 'Cross-entropy', unit: 'nats', direction: 'lower', digits: 4 },
  ],
  protocol: {
    version: 'classification/1',
    counter: 'published',
    augment: { crop: 4, flip: true },
    evaluationBatch: 128,
    latency: { batch: 1, warmupMs: 300, samples: 200 },
    keeps: 'the classifier',
  },
  boards: [
    {
      model: { id: 'resnet-tiny', title: 'ResNet-tiny' },
      dataset: { id: 'shapes32', title: 'shapes32' },
      targets: speedups(2, 4, 8),
      finetune: finetune(200),
      sparsify: sparsify(finetune(200), 200),
      cost: { fixedSeconds: 2.5, stepSeconds: 0.092 },
    },
    {
      model: { id: 'resnet20', title: 'ResNet-20' },
      dataset: CIFAR10,
      targets: speedups(2, 4, 8),
      finetune: finetune(400),
      sparsify: sparsify(finetune(400), 400),
      cost: { fixedSeconds: 4, stepSeconds: 0.34 },
    },
    {
      model: { id: 'resnet56', title: 'ResNet-56' },
      dataset: CIFAR10,
      targets: speedups(2, 4, 8),
      finetune: finetune(400),
      sparsify: sparsify(finetune(400), 400),
      cost: { fixedSeconds: 5, stepSeconds: 1.09 },
    },
  ],
};
