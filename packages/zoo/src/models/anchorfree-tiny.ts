/** An eighth of the anchor-free family's width, for pictures of 128 pixels and six classes: a run takes minutes on a CPU. */
import type { Model } from '../model.js';
import { anchorfree } from './_anchorfree.js';

export const AnchorfreeTiny: Model = {
  id: 'anchorfree-tiny',
  title: 'Anchorfree-tiny',
  paper: null,
  input: [3, 128, 128],
  classes: 6,
  // 7 cells are 56 pixels at stride 8, enough for every side; statistics settle within a short training
  build: anchorfree({ depth: 0.33, width: 0.125, widest: 512, classes: 6, bins: 8, size: 128, momentum: 0.1 }),
  expected: { params: 470_298, macs: { pure: 36_158_464, published: 36_720_608 } },
};
