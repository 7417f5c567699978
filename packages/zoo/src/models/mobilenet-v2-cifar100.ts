/** MobileNetV2 for 32×32 pictures of CIFAR-100, as PruningBench has it. */
import type { Model } from '../model.js';
import { CIFAR_V2, cifarMobilenetV2 } from './_cifar-mobilenet-v2.js';

export const MobilenetV2Cifar100: Model = {
  id: 'mobilenet-v2-cifar100',
  title: 'MobileNetV2 (CIFAR-100)',
  paper: 'https://arxiv.org/abs/1801.04381',
  input: [3, 32, 32],
  classes: 100,
  build: cifarMobilenetV2({ stem: 32, stages: CIFAR_V2, last: 1280, classes: 100 }),
  expected: { params: 2_369_380, macs: { pure: 64_947_264, published: 68_400_468 } },
};
