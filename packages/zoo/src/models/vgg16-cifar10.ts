/** VGG-16 with BatchNorm for 32×32 pictures of CIFAR-10, as PruningBench has it. */
import type { Model } from '../model.js';
import { cifarVgg, VGG16 } from './_vgg.js';

export const Vgg16Cifar10: Model = {
  id: 'vgg16-cifar10',
  title: 'VGG-16-BN (CIFAR-10)',
  paper: 'https://arxiv.org/abs/1409.1556',
  input: [3, 32, 32],
  classes: 10,
  build: cifarVgg({ stages: VGG16, classes: 10 }),
  expected: { params: 14_728_266, macs: { pure: 398_136_320, published: 399_307_786 } },
};
