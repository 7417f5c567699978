/** DeiT-T/16 (Touvron et al. 2021) for 224×224 pictures of ImageNet, with the token that learned from a teacher. */
import type { Model } from '../model.js';
import { TIMM, vit } from './_vit.js';

export const DeitTinyDistilled: Model = {
  id: 'deit-tiny-distilled',
  title: 'DeiT-T distilled',
  paper: 'https://arxiv.org/abs/2012.12877',
  input: [3, 224, 224],
  classes: 1000,
  build: vit({
    picture: 224,
    patch: 16,
    width: 192,
    depth: 12,
    heads: 3,
    classes: 1000,
    isDistilled: true,
    style: TIMM,
  }),
  expected: { params: 5_910_800, macs: { pure: 1_261_003_776, published: 1_266_572_000 } },
};
