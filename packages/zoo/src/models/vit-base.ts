/** ViT-B/16 (Dosovitskiy et al. 2021) for 224×224 pictures of ImageNet, as timm has it. */
import type { Model } from '../model.js';
import { TIMM, vit } from './_vit.js';

export const VitBase: Model = {
  id: 'vit-base',
  title: 'ViT-B/16',
  paper: 'https://arxiv.org/abs/2010.11929',
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
