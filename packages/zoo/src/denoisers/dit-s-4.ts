/** DiT-S/4 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitS4: Denoiser = {
  id: 'dit-s-4',
  title: 'DiT-S/4',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.s, patch: 4 }),
  expected: { params: 32_945_024, macs: { pure: 1_412_579_328, published: 1_415_378_048 } },
};
