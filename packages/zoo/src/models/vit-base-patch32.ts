/** ViT-B/32 (Dosovitskiy et al. 2021) for 224×224 pictures of ImageNet, as torchvision has it. */
import type { Model } from '../model.js';
import { TORCHVISION, vit } from './_vit.js';

export const VitBasePatch32: Model = {
  id: 'vit-base-patch32',
  title: 'ViT-B/32',
  paper: 'https://arxiv.org/abs/2010.11929',
  input: [3, 224, 224],
  classes: 1000,
  build: vit({
    picture: 224,
    patch: 32,
    width: 768,
    depth: 12,
    heads: 12,
    classes: 1000,
    style: TORCHVISION,
  }),
  expected: { params: 88_224_232, macs: { pure: 4_409_186_304, published: 4_415_698_216 } },
};
