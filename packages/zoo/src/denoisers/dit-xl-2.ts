/** DiT-XL/2 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitXl2: Denoiser = {
  id: 'dit-xl-2',
  title: 'DiT-XL/2',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.xl, patch: 2 }),
  expected: { params: 675_129_632, macs: { pure: 118_621_421_568, published: 118_718_215_200 } },
};
