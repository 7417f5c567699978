/** SiT-L/2 (Ma et al. 2024): the network of DiT-L/2, told a moment from noise to picture, says a velocity. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const SitL2: Denoiser = {
  id: 'sit-l-2',
  title: 'SiT-L/2',
  paper: 'https://arxiv.org/abs/2401.08740',
  input: [4, 32, 32],
  classes: 1000,
  time: 'float32',
  predicts: 'velocity',
  // what would be variances is dropped by the sampler, as by the authors
  build: dit({ ...LATENTS, ...DIT_SIZES.l, patch: 2 }),
  expected: { params: 458_102_816, macs: { pure: 80_697_622_528, published: 80_774_279_200 } },
};
