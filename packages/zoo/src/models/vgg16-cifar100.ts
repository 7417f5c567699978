/** VGG-16 with BatchNorm for 32×32 pictures of CIFAR-100, as PruningBench has it. */
import type { Model } from '../model.js';
import { cifarVgg, VGG16 } from './_vgg.js';

export const Vgg16Cifar100: Model = {
  id: 'vgg16-cifar100',
  title: 'VGG-16-BN (CIFAR-100)',
  paper: 'https://arxiv.org/abs/1409.1556',
  input: [3, 32, 32],
  classes: 100,
  build: cifarVgg({ stages: VGG16, classes: 100 }),
  expected: { params: 14_774_436, macs: { pure: 398_182_400, published: 399_353_956 } },
};
