/** SiT-B/2 (Ma et al. 2024): the network of DiT-B/2, told a moment from noise to picture, says a velocity. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const SitB2: Denoiser = {
  id: 'sit-b-2',
  title: 'SiT-B/2',
  paper: 'https://arxiv.org/abs/2401.08740',
  input: [4, 32, 32],
  classes: 1000,
  time: 'float32',
  predicts: 'velocity',
  // what would be variances is dropped by the sampler, as by the authors
  build: dit({ ...LATENTS, ...DIT_SIZES.b, patch: 2 }),
  expected: { params: 130_512_416, macs: { pure: 23_005_102_080, published: 23_034_144_800 } },
};
