/** VGG-16 with BatchNorm (Simonyan and Zisserman 2015) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { VGG16, vgg } from './_vgg.js';

export const Vgg16: Model = {
  id: 'vgg16',
  title: 'VGG-16-BN',
  paper: 'https://arxiv.org/abs/1409.1556',
  input: [3, 224, 224],
  classes: 1000,
  build: vgg({ stages: VGG16, classes: 1000 }),
  expected: { params: 138_365_992, macs: { pure: 15_470_264_320, published: 15_530_618_344 } },
};
