/** ResNet-18 for 32×32 pictures of CIFAR-10, as PruningBench has it: four wide stages behind a stem without stride. */
import type { Model } from '../model.js';
import { BASIC, CIFAR, resnet } from './_resnet.js';

export const Resnet18Cifar10: Model = {
  id: 'resnet18-cifar10',
  title: 'ResNet-18 (CIFAR-10)',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 10,
  build: resnet({ block: BASIC, depths: [2, 2, 2, 2], classes: 10, style: CIFAR }),
  expected: { params: 11_173_962, macs: { pure: 555_422_720, published: 556_651_530 } },
};
