/** MAR-H (Li et al. 2024) on tokens of 256×256 pictures of ImageNet: 40 blocks, a head of 12 blocks of 1,536 channels. */
import type { Denoiser } from '../denoiser.js';
import { MAR, mar } from './_mar.js';

export const MarH: Denoiser = {
  ...MAR,
  id: 'mar-h',
  title: 'MAR-H',
  build: mar({ width: 1280, depth: 20, heads: 16, head: { width: 1536, depth: 12 } }),
  expected: { params: 942_403_104, macs: { pure: 300_645_220_352, published: 300_855_074_336 } },
};
