/** ConvNeXt-T (Liu et al. 2022) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { convnext } from './_convnext.js';

export const ConvnextTiny: Model = {
  id: 'convnext-tiny',
  title: 'ConvNeXt-T',
  paper: 'https://arxiv.org/abs/2201.03545',
  input: [3, 224, 224],
  classes: 1000,
  build: convnext({
    widths: [96, 192, 384, 768],
    depths: [3, 3, 9, 3],
    stem: 4,
    scale: 1e-6,
    classes: 1000,
    subclassNorms: true,
  }),
  expected: { params: 28_589_128, macs: { pure: 4_455_531_264, published: 4_471_182_664 } },
};
