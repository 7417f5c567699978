/** Swin-T (Liu et al. 2021) for 224×224 pictures of ImageNet, in windows of 7×7 tokens, as timm has it. */
import type { Model } from '../model.js';
import { swin } from './_swin.js';

export const SwinTiny: Model = {
  id: 'swin-tiny',
  title: 'Swin-T',
  paper: 'https://arxiv.org/abs/2103.14030',
  input: [3, 224, 224],
  classes: 1000,
  build: swin({
    picture: 224,
    patch: 4,
    width: 96,
    depths: [2, 2, 6, 2],
    heads: [3, 6, 12, 24],
    window: 7,
    classes: 1000,
  }),
  expected: { params: 28_288_354, macs: { pure: 4_490_566_656, published: 4_513_401_784 } },
};
