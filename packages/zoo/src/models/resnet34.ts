/** ResNet-34 for 224×224 pictures of ImageNet (He et al. 2016, table 1). */
import type { Model } from '../model.js';
import { BASIC, resnet } from './_resnet.js';

export const Resnet34: Model = {
  id: 'resnet34',
  title: 'ResNet-34',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 224, 224],
  classes: 1000,
  build: resnet({ block: BASIC, depths: [3, 4, 6, 3], classes: 1000 }),
  expected: { params: 21_797_672, macs: { pure: 3_663_761_408, published: 3_675_629_032 } },
};
