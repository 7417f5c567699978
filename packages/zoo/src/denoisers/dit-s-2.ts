/** DiT-S/2 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitS2: Denoiser = {
  id: 'dit-s-2',
  title: 'DiT-S/2',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.s, patch: 2 }),
  expected: { params: 32_963_360, macs: { pure: 6_055_673_856, published: 6_070_195_232 } },
};
