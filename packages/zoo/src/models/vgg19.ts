/** VGG-19 with BatchNorm (Simonyan and Zisserman 2015) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { VGG19, vgg } from './_vgg.js';

export const Vgg19: Model = {
  id: 'vgg19',
  title: 'VGG-19-BN',
  paper: 'https://arxiv.org/abs/1409.1556',
  input: [3, 224, 224],
  classes: 1000,
  build: vgg({ stages: VGG19, classes: 1000 }),
  expected: { params: 143_678_248, macs: { pure: 19_632_062_464, published: 19_697_634_792 } },
};
