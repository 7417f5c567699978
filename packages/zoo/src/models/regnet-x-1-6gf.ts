/** RegNetX of 1.6 billion multiply-accumulates (Radosavovic et al. 2020) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { regnetX } from './_regnet.js';

export const RegnetX16gf: Model = {
  id: 'regnet-x-1-6gf',
  title: 'RegNetX-1.6GF',
  paper: 'https://arxiv.org/abs/2003.13678',
  input: [3, 224, 224],
  classes: 1000,
  build: regnetX({
    stem: 32,
    widths: [72, 168, 408, 912],
    depths: [2, 4, 10, 2],
    groupWidth: 24,
    classes: 1000,
  }),
  expected: { params: 9_190_136, macs: { pure: 1_602_849_792, published: 1_626_210_856 } },
};
