/**
 * The ResNet-tiny of version 1 of the boards: shortcuts without parameters (He et al. 2016, section 4.2). Channels of a
 * padded stream stand in layers of different widths, so their scores do not compare as they are.
 */
import type { Model } from '../model.js';
import { cifarResnet } from './_cifar-resnet.js';

export const ResnetTinyPadded: Model = {
  id: 'resnet-tiny-padded',
  title: 'ResNet-tiny with padded shortcuts',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 10,
  build: cifarResnet({ widths: [16, 32, 64], blocks: 2, stemStride: 2, classes: 10 }),
  expected: { params: 172_506, macs: { pure: 6_599_296, published: 6_698_634 } },
};
