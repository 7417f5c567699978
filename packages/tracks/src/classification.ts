/**
 * Classification: a trained network is pruned to a share of its MACs, fine-tuned for a fixed budget, and its top-1
 * accuracy on the test split decides. Budgets and targets follow PruningBench (arXiv 2406.12315) as far as a CPU goes.
 */
import type { BoardDescription, Training } from '@topiary/contracts';
import { CLASSIFICATION_METRICS } from '@topiary/tasks/catalogue';
import { PRUNE, PRUNING } from './_pruning.js';
import { STAGES } from './_stages.js';
import type { BoardSpec, Cost, Track } from './_track.js';
import { finetune, sparsify } from './_training.js';
import { CLASSIFICATION_1 } from './classification-1.js';
import { extrapolatedCost } from './cost.js';

const speedups = (...values: readonly number[]): BoardDescription['targets'] =>
  values.map((value) => ({ axis: 'macs', value, label: `${value}x` }));

/** AdamW as for vision transformers in Isomorphic Pruning (decay 0.05), with a bound on the gradient. */
const finetuneAdamw = (steps: number): Training => ({
  ...finetune(steps),
  optimizer: 'adamw',
  lr: 1e-3,
  weightDecay: 0.05,
  warmup: Math.round(0.05 * steps),
  clip: 1,
});

const SHAPES32 = { id: 'shapes32', title: 'shapes32' };

interface ShippedSpec {
  readonly training: Training;
  readonly cost: Cost;
  readonly targets?: readonly number[];
  /** From the study of solvers, within a run of half a minute. */
  readonly estimates: number;
}

/** A small network that is shipped trained: a run on it takes seconds. */
const shipped = (
  id: string,
  title: string,
  { training, cost, targets = [2, 4], estimates }: ShippedSpec,
): BoardSpec => ({
  model: { id, title },
  dataset: SHAPES32,
  targets: speedups(...targets),
  estimates,
  finetune: training,
  sparsify: sparsify(training),
  cost,
});

const CIFAR10 = { id: 'cifar10', title: 'CIFAR-10' };
const CIFAR100 = { id: 'cifar100', title: 'CIFAR-100' };
const IMAGENET = { id: 'imagenet', title: 'ImageNet', augmentation: 'random resized crop and flip' };

/** Targets of PruningBench on CIFAR; MACs by the published count. */
const cifar100 = (id: string, title: string, macs: number): BoardSpec => ({
  model: { id, title },
  dataset: CIFAR100,
  targets: speedups(2, 4, 8),
  finetune: finetune(400),
  sparsify: sparsify(finetune(400)),
  cost: extrapolatedCost(macs, 10_000),
});

/** SGD for convolutional networks as PruningBench has it on ImageNet, a short stretch of it. */
const imagenetSgd: Training = { ...finetune(400), batch: 64, weightDecay: 1e-4 };

/** PruningBench's AdamW for vision transformers, a short stretch of it: without mixing, which pays off in epochs. */
const imagenetAdamw: Training = {
  ...finetuneAdamw(400),
  batch: 64,
  lr: 1.5e-4,
  weightDecay: 0.3,
  labelSmoothing: 0.11,
};

const imagenet = (id: string, title: string, training: Training, macs: number): BoardSpec => ({
  model: { id, title },
  dataset: IMAGENET,
  targets: speedups(2, 3, 4),
  finetune: training,
  sparsify: sparsify(training, 400),
  cost: extrapolatedCost(macs, 50_000),
});

export const Classification: Track = {
  id: 'classification',
  title: 'Image classification',
  summary: 'Prune a trained network to a share of its MACs, fine-tune it for a fixed budget, compare top-1 accuracy.',
  stages: STAGES,
  task: 'classification',
  metrics: CLASSIFICATION_METRICS,
  ...PRUNING,
  protocol: {
    version: 'classification/2',
    counter: 'published',
    options: { crop: 4, flip: true },
    augmentation: 'crop 4 and flip',
    evaluationBatch: 128,
    latency: { batch: 1, warmupMs: 300, samples: 200 },
    keeps: 'the classifier',
    prune: PRUNE,
    seeds: 'drawn',
  },
  earlier: [CLASSIFICATION_1],
  cannot: null,
  boards: [
    shipped('resnet-tiny', 'ResNet-tiny', {
      training: finetune(200),
      cost: { fixedSeconds: 2.5, stepSeconds: 0.092 },
      estimates: 20,
    }),
    shipped('vgg-tiny', 'VGG-tiny', {
      training: finetune(200),
      cost: { fixedSeconds: 2.5, stepSeconds: 0.11 },
      estimates: 20,
    }),
    shipped('mobilenet-tiny', 'MobileNetV2-tiny', {
      training: finetune(200),
      cost: { fixedSeconds: 2.5, stepSeconds: 0.2 },
      estimates: 10,
    }),
    shipped('convnext-micro', 'ConvNeXt-micro', {
      training: finetuneAdamw(200),
      cost: { fixedSeconds: 2.5, stepSeconds: 0.15 },
      estimates: 10,
    }),
    // at 4x every row stays near chance, however long it trains
    shipped('vit-tiny', 'ViT-tiny', {
      training: finetuneAdamw(200),
      cost: { fixedSeconds: 2.5, stepSeconds: 0.11 },
      targets: [1.5, 2],
      estimates: 10,
    }),
    {
      model: { id: 'resnet20', title: 'ResNet-20' },
      dataset: CIFAR10,
      targets: speedups(2, 4, 8),
      finetune: finetune(400),
      sparsify: sparsify(finetune(400)),
      cost: { fixedSeconds: 4, stepSeconds: 0.34 },
    },
    {
      model: { id: 'resnet56', title: 'ResNet-56' },
      dataset: CIFAR10,
      targets: speedups(2, 4, 8),
      finetune: finetune(400),
      sparsify: sparsify(finetune(400)),
      cost: { fixedSeconds: 5, stepSeconds: 1.09 },
    },
    {
      model: { id: 'resnet56-cifar10', title: 'ResNet-56 with projections' },
      dataset: CIFAR10,
      targets: speedups(2, 4, 8),
      finetune: finetune(400),
      sparsify: sparsify(finetune(400)),
      cost: { fixedSeconds: 5, stepSeconds: 1.09 },
    },
    cifar100('resnet18', 'ResNet-18', 556_697_700),
    cifar100('resnet50', 'ResNet-50', 1_304_879_204),
    cifar100('vgg19', 'VGG-19', 512_731_236),
    imagenet('resnet18', 'ResNet-18', imagenetSgd, 1_822_177_768),
    imagenet('resnet50', 'ResNet-50', imagenetSgd, 4_121_925_096),
    imagenet('resnet101', 'ResNet-101', imagenetSgd, 7_849_500_136),
    imagenet('convnext-base', 'ConvNeXt-B', imagenetAdamw, 15_388_288_104),
    imagenet('vit-small', 'ViT-S/16', imagenetAdamw, 4_609_945_840),
    imagenet('vit-base', 'ViT-B/16', imagenetAdamw, 17_585_954_296),
    imagenet('deit-tiny-distilled', 'Distilled DeiT-T', imagenetAdamw, 1.27e9),
    imagenet('deit-small-distilled', 'Distilled DeiT-S', imagenetAdamw, 4.64e9),
    imagenet('deit-base-distilled', 'Distilled DeiT-B', imagenetAdamw, 17_679_078_416),
  ],
};
