/** VGG-19 with BatchNorm for 32×32 pictures of CIFAR-100, as PruningBench has it. */
import type { Model } from '../model.js';
import { cifarVgg, VGG19 } from './_vgg.js';

export const Vgg19Cifar100: Model = {
  id: 'vgg19-cifar100',
  title: 'VGG-19-BN (CIFAR-100)',
  paper: 'https://arxiv.org/abs/1409.1556',
  input: [3, 32, 32],
  classes: 100,
  build: cifarVgg({ stages: VGG19, classes: 100 }),
  expected: { params: 20_086_692, macs: { pure: 511_428_608, published: 512_731_236 } },
};
