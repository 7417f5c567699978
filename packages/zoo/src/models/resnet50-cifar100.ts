/** ResNet-50 for 32×32 pictures of CIFAR-100, as PruningBench has it: four wide stages behind a stem without stride. */
import type { Model } from '../model.js';
import { BOTTLENECK, CIFAR, resnet } from './_resnet.js';

export const Resnet50Cifar100: Model = {
  id: 'resnet50-cifar100',
  title: 'ResNet-50 (CIFAR-100)',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 100,
  build: resnet({ block: BOTTLENECK, depths: [3, 4, 6, 3], classes: 100, style: CIFAR }),
  expected: { params: 23_705_252, macs: { pure: 1_298_014_208, published: 1_304_879_204 } },
};
