/** DeiT-B/16 (Touvron et al. 2021) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { TIMM, vit } from './_vit.js';

export const DeitBase: Model = {
  id: 'deit-base',
  title: 'DeiT-B',
  paper: 'https://arxiv.org/abs/2012.12877',
  input: [3, 224, 224],
  classes: 1000,
  build: vit({
    picture: 224,
    patch: 16,
    width: 768,
    depth: 12,
    heads: 12,
    classes: 1000,
    style: TIMM,
  }),
  expected: { params: 86_567_656, macs: { pure: 17_563_828_224, published: 17_585_954_296 } },
};
