/** ResNet-50 for 224×224 pictures of ImageNet (He et al. 2016, table 1). */
import type { Model } from '../model.js';
import { BOTTLENECK, resnet } from './_resnet.js';

export const Resnet50: Model = {
  id: 'resnet50',
  title: 'ResNet-50',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 224, 224],
  classes: 1000,
  build: resnet({ block: BOTTLENECK, depths: [3, 4, 6, 3], classes: 1000 }),
  expected: { params: 25_557_032, macs: { pure: 4_089_184_256, published: 4_121_925_096 } },
};
