/** Swin-B (Liu et al. 2021) for 224×224 pictures of ImageNet, in windows of 7×7 tokens, as timm has it. */
import type { Model } from '../model.js';
import { swin } from './_swin.js';

export const SwinBase: Model = {
  id: 'swin-base',
  title: 'Swin-B',
  paper: 'https://arxiv.org/abs/2103.14030',
  input: [3, 224, 224],
  classes: 1000,
  build: swin({
    picture: 224,
    patch: 4,
    width: 128,
    depths: [2, 2, 18, 2],
    heads: [4, 8, 16, 32],
    window: 7,
    classes: 1000,
  }),
  expected: { params: 87_768_224, macs: { pure: 15_430_946_816, published: 15_478_922_920 } },
};
