/** ResNet-20 for 32×32 pictures, shortcuts without parameters (He et al. 2016, section 4.2). */
import type { Model } from '../model.js';
import { cifarResnet } from './_cifar-resnet.js';

export const Resnet20: Model = {
  id: 'resnet20',
  title: 'ResNet-20',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 10,
  build: cifarResnet({ widths: [16, 32, 64], blocks: 3, stemStride: 1, classes: 10 }),
  expected: { params: 269_722, macs: { pure: 40_551_040, published: 41_120_394 } },
};
