/**
 * A ResNet-14 whose stem halves the picture: 6.8 million multiply-accumulates, so that a run takes seconds on a CPU.
 * Its shortcuts are projections, as in the ResNet-56 of PruningBench.
 */
import type { Model } from '../model.js';
import { BASIC, resnet, TINY } from './_resnet.js';

export const ResnetTiny: Model = {
  id: 'resnet-tiny',
  title: 'ResNet-tiny',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 32, 32],
  classes: 10,
  build: resnet({ block: BASIC, depths: [2, 2, 2], classes: 10, width: 16, style: TINY }),
  expected: { params: 175_258, macs: { pure: 6_664_832, published: 6_770_314 } },
};
