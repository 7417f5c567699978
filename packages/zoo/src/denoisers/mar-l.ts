/** MAR-L (Li et al. 2024) on tokens of 256×256 pictures of ImageNet: 32 blocks, a head of 8 blocks of 1,280 channels. */
import type { Denoiser } from '../denoiser.js';
import { MAR, mar } from './_mar.js';

export const MarL: Denoiser = {
  ...MAR,
  id: 'mar-l',
  title: 'MAR-L',
  build: mar({ width: 1024, depth: 16, heads: 16, head: { width: 1280, depth: 8 } }),
  expected: { params: 478_326_304, macs: { pure: 153_868_959_744, published: 154_013_494_816 } },
};
