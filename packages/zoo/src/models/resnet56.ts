/** ResNet-56 for 32×32 pictures, shortcuts without parameters (He et al. 2016, section 4.2). */
import type { Model } from '../model.js';
import { cifarResnet } from './_cifar-resnet.js';

export const Resnet56: Model = {
  id: 'resnet56',
  title: 'ResNet-56',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 10,
  build: cifarResnet({ widths: [16, 32, 64], blocks: 9, stemStride: 1, classes: 10 }),
  expected: { params: 853_018, macs: { pure: 125_485_696, published: 127_087_242 } },
};
