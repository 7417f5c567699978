/**
 * Version 1 of the classification boards, frozen: rows that were measured under it keep their addresses and numbers. Each
 * criterion was planned by a solver of its own, ResNet-tiny had padded shortcuts, and ViT-tiny at 4x tells no method apart.
 */
import type { Training } from '@topiary/contracts';
import { CIFAR_RESNETS, finetuneAdamw, PAPER_BOARDS, SHAPES32 } from './_classification-boards.js';
import { PRUNE_1, speedups } from './_pruning.js';
import type { BoardSpec, Cost, Frozen } from './_track.js';
import { finetune, sparsify } from './_training.js';

/** A small network that is shipped trained: a run on it takes seconds. */
const shipped = (id: string, title: string, training: Training, cost: Cost): BoardSpec => ({
  model: { id, title },
  dataset: SHAPES32,
  targets: speedups(2, 4, 8),
  finetune: training,
  sparsify: sparsify(training),
  cost,
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
    ...CIFAR_RESNETS,
    ...PAPER_BOARDS,
  ],
};
