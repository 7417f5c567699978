/** ResNet-18 for 32×32 pictures of CIFAR-100, as PruningBench has it: four wide stages behind a stem without stride. */
import type { Model } from '../model.js';
import { BASIC, CIFAR, resnet } from './_resnet.js';

export const Resnet18Cifar100: Model = {
  id: 'resnet18-cifar100',
  title: 'ResNet-18 (CIFAR-100)',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 100,
  build: resnet({ block: BASIC, depths: [2, 2, 2, 2], classes: 100, style: CIFAR }),
  expected: { params: 11_220_132, macs: { pure: 555_468_800, published: 556_697_700 } },
};
