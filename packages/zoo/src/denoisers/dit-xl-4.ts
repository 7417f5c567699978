/** DiT-XL/4 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitXl4: Denoiser = {
  id: 'dit-xl-4',
  title: 'DiT-XL/4',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.xl, patch: 4 }),
  expected: { params: 675_074_432, macs: { pure: 29_043_671_040, published: 29_062_730_880 } },
};
