/** ConvNeXt-B (Liu et al. 2022) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { convnext } from './_convnext.js';

export const ConvnextBase: Model = {
  id: 'convnext-base',
  title: 'ConvNeXt-B',
  paper: 'https://arxiv.org/abs/2201.03545',
  input: [3, 224, 224],
  classes: 1000,
  build: convnext({
    widths: [128, 256, 512, 1024],
    depths: [3, 3, 27, 3],
    stem: 4,
    scale: 1e-6,
    classes: 1000,
    subclassNorms: true,
  }),
  expected: { params: 88_591_464, macs: { pure: 15_354_729_472, published: 15_388_288_104 } },
};
