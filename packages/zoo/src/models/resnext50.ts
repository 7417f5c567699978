/** ResNeXt-50 (Xie et al. 2017) with 32 groups of 4 channels, for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { BOTTLENECK, resnet } from './_resnet.js';

export const Resnext50: Model = {
  id: 'resnext50',
  title: 'ResNeXt-50 32×4d',
  paper: 'https://arxiv.org/abs/1611.05431',
  input: [3, 224, 224],
  classes: 1000,
  build: resnet({ block: BOTTLENECK, depths: [3, 4, 6, 3], classes: 1000, groups: 32, groupWidth: 4 }),
  expected: { params: 25_028_904, macs: { pure: 4_230_479_872, published: 4_273_080_296 } },
};
