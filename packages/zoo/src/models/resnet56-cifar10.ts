/** ResNet-56 for 32×32 pictures of CIFAR-10, as PruningBench has it: projections on the shortcuts, which `resnet56` has not. */
import type { Model } from '../model.js';
import { BASIC, CIFAR_NARROW, resnet } from './_resnet.js';

export const Resnet56Cifar10: Model = {
  id: 'resnet56-cifar10',
  title: 'ResNet-56 with projections (CIFAR-10)',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 10,
  build: resnet({ block: BASIC, depths: [9, 9, 9], classes: 10, width: 16, style: CIFAR_NARROW }),
  expected: { params: 855_770, macs: { pure: 125_747_840, published: 127_115_914 } },
};
