/** DiT-L/8 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitL8: Denoiser = {
  id: 'dit-l-8',
  title: 'DiT-L/8',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.l, patch: 8 }),
  expected: { params: 458_594_816, macs: { pure: 5_011_406_848, published: 5_015_073_280 } },
};
