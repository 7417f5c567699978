/** ResNet-18 for 224×224 pictures of ImageNet (He et al. 2016, table 1). */
import type { Model } from '../model.js';
import { BASIC, resnet } from './_resnet.js';

export const Resnet18: Model = {
  id: 'resnet18',
  title: 'ResNet-18',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 224, 224],
  classes: 1000,
  build: resnet({ block: BASIC, depths: [2, 2, 2, 2], classes: 1000 }),
  expected: { params: 11_689_512, macs: { pure: 1_814_073_344, published: 1_822_177_768 } },
};
