/** ResNet-152 for 224×224 pictures of ImageNet (He et al. 2016, table 1). */
import type { Model } from '../model.js';
import { BOTTLENECK, resnet } from './_resnet.js';

export const Resnet152: Model = {
  id: 'resnet152',
  title: 'ResNet-152',
  paper: 'https://arxiv.org/abs/1512.03385',
  input: [3, 224, 224],
  classes: 1000,
  build: resnet({ block: BOTTLENECK, depths: [3, 8, 36, 3], classes: 1000 }),
  expected: { params: 60_192_808, macs: { pure: 11_513_626_624, published: 11_580_687_848 } },
};
