/** VGG-19 with BatchNorm for 32×32 pictures of CIFAR-10, as PruningBench has it. */
import type { Model } from '../model.js';
import { cifarVgg, VGG19 } from './_vgg.js';

export const Vgg19Cifar10: Model = {
  id: 'vgg19-cifar10',
  title: 'VGG-19-BN (CIFAR-10)',
  paper: 'https://arxiv.org/abs/1409.1556',
  input: [3, 32, 32],
  classes: 10,
  build: cifarVgg({ stages: VGG19, classes: 10 }),
  expected: { params: 20_040_522, macs: { pure: 511_382_528, published: 512_685_066 } },
};
