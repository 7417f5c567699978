/** DiT-L/2 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitL2: Denoiser = {
  id: 'dit-l-2',
  title: 'DiT-L/2',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.l, patch: 2 }),
  expected: { params: 458_102_816, macs: { pure: 80_697_622_528, published: 80_774_279_200 } },
};
