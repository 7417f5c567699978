/** DiT-B/4 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitB4: Denoiser = {
  id: 'dit-b-4',
  title: 'DiT-B/4',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.b, patch: 4 }),
  expected: { params: 130_475_648, macs: { pure: 5_565_186_048, published: 5_570_783_360 } },
};
