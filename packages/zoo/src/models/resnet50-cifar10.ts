/** ResNet-50 for 32×32 pictures of CIFAR-10, as PruningBench has it: four wide stages behind a stem without stride. */
import type { Model } from '../model.js';
import { BOTTLENECK, CIFAR, resnet } from './_resnet.js';

export const Resnet50Cifar10: Model = {
  id: 'resnet50-cifar10',
  title: 'ResNet-50 (CIFAR-10)',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 10,
  build: resnet({ block: BOTTLENECK, depths: [3, 4, 6, 3], classes: 10, style: CIFAR }),
  expected: { params: 23_520_842, macs: { pure: 1_297_829_888, published: 1_304_694_794 } },
};
