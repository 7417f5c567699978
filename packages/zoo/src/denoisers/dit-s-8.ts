/** DiT-S/8 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitS8: Denoiser = {
  id: 'dit-s-8',
  title: 'DiT-S/8',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.s, patch: 8 }),
  expected: { params: 33_148_160, macs: { pure: 357_974_016, published: 358_671_872 } },
};
