/** DeiT-S/16 (Touvron et al. 2021) for 224×224 pictures of ImageNet, with the token that learned from a teacher. */
import type { Model } from '../model.js';
import { TIMM, vit } from './_vit.js';

export const DeitSmallDistilled: Model = {
  id: 'deit-small-distilled',
  title: 'DeiT-S distilled',
  paper: 'https://arxiv.org/abs/2012.12877',
  input: [3, 224, 224],
  classes: 1000,
  build: vit({
    picture: 224,
    patch: 16,
    width: 384,
    depth: 12,
    heads: 6,
    classes: 1000,
    isDistilled: true,
    style: TIMM,
  }),
  expected: { params: 22_436_432, macs: { pure: 4_624_140_288, published: 4_635_274_736 } },
};
