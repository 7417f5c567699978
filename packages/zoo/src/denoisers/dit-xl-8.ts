/** DiT-XL/8 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitXl8: Denoiser = {
  id: 'dit-xl-8',
  title: 'DiT-XL/8',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.xl, patch: 8 }),
  expected: { params: 675_683_072, macs: { pure: 7_392_411_648, published: 7_397_199_360 } },
};
