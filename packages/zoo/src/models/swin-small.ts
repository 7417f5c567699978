/** Swin-S (Liu et al. 2021) for 224×224 pictures of ImageNet, in windows of 7×7 tokens, as timm has it. */
import type { Model } from '../model.js';
import { swin } from './_swin.js';

export const SwinSmall: Model = {
  id: 'swin-small',
  title: 'Swin-S',
  paper: 'https://arxiv.org/abs/2103.14030',
  input: [3, 224, 224],
  classes: 1000,
  build: swin({
    picture: 224,
    patch: 4,
    width: 96,
    depths: [2, 2, 18, 2],
    heads: [3, 6, 12, 24],
    window: 7,
    classes: 1000,
  }),
  expected: { params: 49_606_258, macs: { pure: 8_740_875_264, published: 8_776_857_592 } },
};
