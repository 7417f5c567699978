/** U-ViT-M/2 (Bao et al. 2023) on the latents of 256×256 pictures of ImageNet: 17 blocks. */
import type { Denoiser } from '../denoiser.js';
import { uVit } from './_u-vit.js';

export const UVitM2: Denoiser = {
  id: 'u-vit-m-2',
  title: 'U-ViT-M/2',
  paper: 'https://arxiv.org/abs/2209.12152',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: uVit({
    side: 32,
    patch: 2,
    channels: 4,
    width: 768,
    depth: 16,
    heads: 12,
    rows: 1001,
    endsInConv: true,
  }),
  expected: { params: 130_891_940, macs: { pure: 35_222_992_896, published: 35_264_201_024 } },
};
