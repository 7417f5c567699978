/** MobileNetV2 for 32×32 pictures of CIFAR-10, as PruningBench has it. */
import type { Model } from '../model.js';
import { CIFAR_V2, cifarMobilenetV2 } from './_cifar-mobilenet-v2.js';

export const MobilenetV2Cifar10: Model = {
  id: 'mobilenet-v2-cifar10',
  title: 'MobileNetV2 (CIFAR-10)',
  paper: 'https://arxiv.org/abs/1801.04381',
  input: [3, 32, 32],
  classes: 10,
  build: cifarMobilenetV2({ stem: 32, stages: CIFAR_V2, last: 1280, classes: 10 }),
  expected: { params: 2_254_090, macs: { pure: 64_832_064, published: 68_285_178 } },
};
