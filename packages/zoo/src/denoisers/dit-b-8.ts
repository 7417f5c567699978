/** DiT-B/8 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitB8: Denoiser = {
  id: 'dit-b-8',
  title: 'DiT-B/8',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.b, patch: 8 }),
  expected: { params: 130_881_536, macs: { pure: 1_417_543_680, published: 1_418_938_880 } },
};
