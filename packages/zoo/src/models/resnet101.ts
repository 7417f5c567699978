/** ResNet-101 for 224×224 pictures of ImageNet (He et al. 2016, table 1). */
import type { Model } from '../model.js';
import { BOTTLENECK, resnet } from './_resnet.js';

export const Resnet101: Model = {
  id: 'resnet101',
  title: 'ResNet-101',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 224, 224],
  classes: 1000,
  build: resnet({ block: BOTTLENECK, depths: [3, 4, 23, 3], classes: 1000 }),
  expected: { params: 44_549_160, macs: { pure: 7_801_405_440, published: 7_849_500_136 } },
};
