/** U-ViT-H/2 (Bao et al. 2023) on the latents of 256×256 pictures of ImageNet: 29 blocks. */
import type { Denoiser } from '../denoiser.js';
import { uVit } from './_u-vit.js';

export const UVitH2: Denoiser = {
  id: 'u-vit-h-2',
  title: 'U-ViT-H/2',
  paper: 'https://arxiv.org/abs/2209.12152',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: uVit({
    side: 32,
    patch: 2,
    channels: 4,
    width: 1152,
    depth: 28,
    heads: 16,
    rows: 1001,
    endsInConv: false,
  }),
  expected: { params: 500_832_016, macs: { pure: 133_196_719_104, published: 133_297_664_848 } },
};
