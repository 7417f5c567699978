/**
 * A vision transformer of three blocks for 32×32 pictures: 65 tokens of 48 channels, four heads. Three convolutions make
 * the patches: from 12,000 pictures a transformer without them learns next to nothing in the time of a training here.
 */
import type { Model } from '../model.js';
import { vit } from './_vit.js';

export const VitTiny: Model = {
  id: 'vit-tiny',
  title: 'ViT-tiny',
  paper: 'https://arxiv.org/abs/2010.11929',
  input: [3, 32, 32],
  classes: 10,
  build: vit({
    picture: 32,
    patch: 4,
    width: 48,
    depth: 3,
    heads: 4,
    classes: 10,
    stem: [
      [16, 1],
      [24, 2],
      [48, 2],
    ],
  }),
  expected: { params: 103_002, macs: { pure: 8_599_296, published: 8_809_222 } },
};
