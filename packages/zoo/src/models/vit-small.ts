/** ViT-S/16 (Dosovitskiy et al. 2021) for 224×224 pictures of ImageNet, as timm has it. */
import type { Model } from '../model.js';
import { TIMM, vit } from './_vit.js';

export const VitSmall: Model = {
  id: 'vit-small',
  title: 'ViT-S/16',
  paper: 'https://arxiv.org/abs/2010.11929',
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
