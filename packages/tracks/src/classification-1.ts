/**
 * Version 1 of the classification boards, frozen: rows that were measured under it keep their addresses and numbers. Each
 * criterion was planned by a solver of its own, ResNet-tiny had padded shortcuts, and ViT-tiny at 4x tells no method apart.
 */
import type { BoardDescription, Training } from '@topiary/contracts';
import { PRUNE_1 } from './_pruning.js';
import type { BoardSpec, Cost, Frozen } from './_track.js';
import { finetune, sparsify } from './_training.js';
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

/** A small network that is shipped trained: a run on it takes seconds. */
const shipped = (id: string, title: string, training: Training, cost: Cost): BoardSpec => ({
  model: { id, title },
  dataset: SHAPES32,
  targets: speedups(2, 4, 8),
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

export const CLASSIFICATION_1: Frozen = {
  protocol: {
    version: 'classification/1',
    counter: 'published',
    options: { crop: 4, flip: true },
    augmentation: 'crop 4 and flip',
    evaluationBatch: 128,
    latency: { batch: 1, warmupMs: 300, samples: 200 },
    keeps: 'the classifier',
    prune: PRUNE_1,
    seeds: 'fixed',
  },
  boards: [
    shipped('resnet-tiny', 'ResNet-tiny', finetune(200), { fixedSeconds: 2.5, stepSeconds: 0.092 }),
    shipped('vgg-tiny', 'VGG-tiny', finetune(200), { fixedSeconds: 2.5, stepSeconds: 0.11 }),
    shipped('mobilenet-tiny', 'MobileNetV2-tiny', finetune(200), { fixedSeconds: 2.5, stepSeconds: 0.2 }),
    shipped('convnext-micro', 'ConvNeXt-micro', finetuneAdamw(200), { fixedSeconds: 2.5, stepSeconds: 0.15 }),
    shipped('vit-tiny', 'ViT-tiny', finetuneAdamw(200), { fixedSeconds: 2.5, stepSeconds: 0.11 }),
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
