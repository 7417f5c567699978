/** DeiT-S/16 (Touvron et al. 2021) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { TIMM, vit } from './_vit.js';

export const DeitSmall: Model = {
  id: 'deit-small',
  title: 'DeiT-S',
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
    style: TIMM,
  }),
  expected: { params: 22_050_664, macs: { pure: 4_598_882_304, published: 4_609_945_840 } },
};
