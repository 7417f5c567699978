/** A ResNet-14 whose stem halves the picture: 6.6 million multiply-accumulates, so that a run takes seconds on a CPU. */
import type { Model } from '../model.js';
import { cifarResnet } from './_cifar-resnet.js';

export const ResnetTiny: Model = {
  id: 'resnet-tiny',
  title: 'ResNet-tiny',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 10,
  build: cifarResnet({ widths: [16, 32, 64], blocks: 2, stemStride: 2, classes: 10 }),
  expected: { params: 172_506, macs: { pure: 6_599_296, published: 6_698_634 } },
};
