/** ConvNeXt-S (Liu et al. 2022) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { convnext } from './_convnext.js';

export const ConvnextSmall: Model = {
  id: 'convnext-small',
  title: 'ConvNeXt-S',
  paper: 'https://arxiv.org/abs/2201.03545',
  input: [3, 224, 224],
  classes: 1000,
  build: convnext({
    widths: [96, 192, 384, 768],
    depths: [3, 3, 27, 3],
    stem: 4,
    scale: 1e-6,
    classes: 1000,
    subclassNorms: true,
  }),
  expected: { params: 50_223_688, macs: { pure: 8_683_712_256, published: 8_708_881_480 } },
};
