/**
 * A U-ViT of thirteen blocks for shapes16, beside the tiny diffusion transformer: 16 tokens of 64 channels and two of timestep
 * and class, four heads.
 */
import type { Denoiser } from '../denoiser.js';
import { uVit } from './_u-vit.js';

export const UVitTiny: Denoiser = {
  id: 'u-vit-tiny',
  title: 'U-ViT-tiny',
  paper: 'https://arxiv.org/abs/2209.12152',
  input: [1, 16, 16],
  classes: 10,
  time: 'int64',
  predicts: 'noise',
  build: uVit({ side: 16, patch: 4, channels: 1, width: 64, depth: 12, heads: 4, rows: 11, endsInConv: true }),
  expected: { params: 700_954, macs: { pure: 12_962_560, published: 13_108_192 } },
};
