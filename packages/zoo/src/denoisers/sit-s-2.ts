/** SiT-S/2 (Ma et al. 2024): the network of DiT-S/2, told a moment from noise to picture, says a velocity. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const SitS2: Denoiser = {
  id: 'sit-s-2',
  title: 'SiT-S/2',
  paper: 'https://arxiv.org/abs/2401.08740',
  input: [4, 32, 32],
  classes: 1000,
  time: 'float32',
  predicts: 'velocity',
  // what would be variances is dropped by the sampler, as by the authors
  build: dit({ ...LATENTS, ...DIT_SIZES.s, patch: 2 }),
  expected: { params: 32_963_360, macs: { pure: 6_055_673_856, published: 6_070_195_232 } },
};
