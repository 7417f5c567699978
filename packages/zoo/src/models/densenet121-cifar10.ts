/** DenseNet-121 for 32×32 pictures of CIFAR-10, as PruningBench has it. */
import type { Model } from '../model.js';
import { cifarDensenet } from './_densenet.js';

export const Densenet121Cifar10: Model = {
  id: 'densenet121-cifar10',
  title: 'DenseNet-121 (CIFAR-10)',
  paper: 'https://arxiv.org/abs/1608.06993',
  input: [3, 32, 32],
  classes: 10,
  build: cifarDensenet({ blocks: [6, 12, 24, 16], growth: 32, classes: 10 }),
  expected: { params: 6_956_298, macs: { pure: 888_350_720, published: 902_699_018 } },
};
