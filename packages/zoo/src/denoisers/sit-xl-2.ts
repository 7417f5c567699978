/** SiT-XL/2 (Ma et al. 2024): the network of DiT-XL/2, told a moment from noise to picture, says a velocity. */
import type { Denoiser } from '../denoiser.js';
import { DIT_SIZES, dit, LATENTS } from './_dit.js';

export const SitXl2: Denoiser = {
  id: 'sit-xl-2',
  title: 'SiT-XL/2',
  paper: 'https://arxiv.org/abs/2401.08740',
  input: [4, 32, 32],
  classes: 1000,
  time: 'float32',
  predicts: 'velocity',
  // what would be variances is dropped by the sampler, as by the authors
  build: dit({ ...LATENTS, ...DIT_SIZES.xl, patch: 2 }),
  expected: { params: 675_129_632, macs: { pure: 118_621_421_568, published: 118_718_215_200 } },
};
