/** MAR-B (Li et al. 2024) on tokens of 256×256 pictures of ImageNet: 24 blocks, a head of 6 blocks of 1,024 channels. */
import type { Denoiser } from '../denoiser.js';
import { MAR, mar } from './_mar.js';

export const MarB: Denoiser = {
  ...MAR,
  id: 'mar-b',
  title: 'MAR-B',
  build: mar({ width: 768, depth: 12, heads: 12, head: { width: 1024, depth: 6 } }),
  expected: { params: 207_924_768, macs: { pure: 67_130_097_664, published: 67_212_123_680 } },
};
