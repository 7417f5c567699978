/**
 * What the versions of the classification boards have in common. A version that wants any of it otherwise says so itself:
 * what is frozen stays as it is, and a test holds it to that.
 */
import type { Training } from '@topiary/contracts';
import { speedups } from './_pruning.js';
import type { BoardSpec } from './_track.js';
import { finetune, sparsify } from './_training.js';
import { extrapolatedCost } from './cost.js';

/** AdamW as for vision transformers in Isomorphic Pruning (decay 0.05), with a bound on the gradient. */
export const finetuneAdamw = (steps: number): Training => ({
  ...finetune(steps),
  optimizer: 'adamw',
  lr: 1e-3,
  weightDecay: 0.05,
  warmup: Math.round(0.05 * steps),
  clip: 1,
});

export const SHAPES32 = { id: 'shapes32', title: 'shapes32' };

export const CIFAR10 = { id: 'cifar10', title: 'CIFAR-10' };
const CIFAR100 = { id: 'cifar100', title: 'CIFAR-100' };
const IMAGENET = { id: 'imagenet', title: 'ImageNet', augmentation: 'random resized crop and flip' };

/** Reasons of boards whose targets are the literature's. */
export const ON_CIFAR = 'They are those of PruningBench on CIFAR.';
const ON_IMAGENET = 'They are those of PruningBench on ImageNet.';

/** Targets of PruningBench on CIFAR; MACs by the published count. */
const cifar100 = (id: string, title: string, macs: number): BoardSpec => ({
  model: { id, title },
  dataset: CIFAR100,
  targets: speedups(2, 4, 8),
  targetsBecause: ON_CIFAR,
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
  targetsBecause: ON_IMAGENET,
  finetune: training,
  sparsify: sparsify(training, 400),
  cost: extrapolatedCost(macs, 50_000),
});

/** The residual networks of CIFAR-10 that weights are published for (He et al. 2016), with padded shortcuts. */
export const CIFAR_RESNETS: readonly BoardSpec[] = [
  {
    model: { id: 'resnet20', title: 'ResNet-20' },
    dataset: CIFAR10,
    targets: speedups(2, 4, 8),
    targetsBecause: ON_CIFAR,
    finetune: finetune(400),
    sparsify: sparsify(finetune(400)),
    cost: { fixedSeconds: 4, stepSeconds: 0.34 },
  },
  {
    model: { id: 'resnet56', title: 'ResNet-56' },
    dataset: CIFAR10,
    targets: speedups(2, 4, 8),
    targetsBecause: ON_CIFAR,
    finetune: finetune(400),
    sparsify: sparsify(finetune(400)),
    cost: { fixedSeconds: 5, stepSeconds: 1.09 },
  },
];

/** Networks of papers, with their tables. */
export const PAPER_BOARDS: readonly BoardSpec[] = [
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
];
