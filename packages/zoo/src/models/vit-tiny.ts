/** A vision transformer of four blocks for 32×32 pictures: 65 tokens of 48 channels, four heads. */
import type { Model } from '../model.js';
import { vit } from './_vit.js';

export const VitTiny: Model = {
  id: 'vit-tiny',
  title: 'ViT-tiny',
  paper: 'https://arxiv.org/abs/2010.11929',
  input: [3, 32, 32],
  classes: 10,
  build: vit({ picture: 32, patch: 4, width: 48, depth: 4, heads: 4, classes: 10 }),
  expected: { params: 119_194, macs: { pure: 8_958_816, published: 9_137_306 } },
  uncountedNorms: [],
};
