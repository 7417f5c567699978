/** DiT-L/4 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitL4: Denoiser = {
  id: 'dit-l-4',
  title: 'DiT-L/4',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.l, patch: 4 }),
  expected: { params: 458_053_760, macs: { pure: 19_695_665_152, published: 19_710_390_400 } },
};
