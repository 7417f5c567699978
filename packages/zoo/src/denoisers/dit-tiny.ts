/**
 * A diffusion transformer of twelve blocks for shapes16: 16 tokens of 64 channels, four heads. It predicts noise alone, the
 * variances of its steps are fixed.
 */
import type { Denoiser } from '../denoiser.js';
import { dit } from './_dit.js';

export const DitTiny: Denoiser = {
  id: 'dit-tiny',
  title: 'DiT-tiny',
  paper: 'https://arxiv.org/abs/2212.09748',
  input: [1, 16, 16],
  classes: 10,
  time: 'int64',
  predicts: 'noise',
  build: dit({
    side: 16,
    patch: 4,
    channels: 1,
    width: 64,
    depth: 12,
    heads: 4,
    classes: 10,
    frequencies: 64,
    learnsVariance: false,
  }),
  expected: { params: 916_752, macs: { pure: 10_174_464, published: 10_299_920 } },
};
