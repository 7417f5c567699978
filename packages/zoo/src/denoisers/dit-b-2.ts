/** DiT-B/2 (Peebles and Xie 2023) on the latents of 256×256 pictures of ImageNet. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const DitB2: Denoiser = {
  id: 'dit-b-2',
  title: 'DiT-B/2',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: dit({ ...LATENTS, ...DIT_SIZES.b, patch: 2 }),
  expected: { params: 130_512_416, macs: { pure: 23_005_102_080, published: 23_034_144_800 } },
};
