/** DenseNet-121 for 32×32 pictures of CIFAR-100, as PruningBench has it. */
import type { Model } from '../model.js';
import { cifarDensenet } from './_densenet.js';

export const Densenet121Cifar100: Model = {
  id: 'densenet121-cifar100',
  title: 'DenseNet-121 (CIFAR-100)',
  paper: 'https://arxiv.org/abs/1608.06993',
  input: [3, 32, 32],
  classes: 100,
  build: cifarDensenet({ blocks: [6, 12, 24, 16], growth: 32, classes: 100 }),
  expected: { params: 7_048_548, macs: { pure: 888_442_880, published: 902_791_268 } },
};
