/** ResNet-56 for 32×32 pictures of CIFAR-100, as PruningBench has it: projections on the shortcuts, which `resnet56` has not. */
import type { Model } from '../model.js';
import { BASIC, CIFAR_NARROW, resnet } from './_resnet.js';

export const Resnet56Cifar100: Model = {
  id: 'resnet56-cifar100',
  title: 'ResNet-56 with projections (CIFAR-100)',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 100,
  build: resnet({ block: BASIC, depths: [9, 9, 9], classes: 100, width: 16, style: CIFAR_NARROW }),
  expected: { params: 861_620, macs: { pure: 125_753_600, published: 127_121_764 } },
};
