/** U-ViT-L/2 (Bao et al. 2023) on the latents of 256×256 pictures of ImageNet: 21 blocks. */
import type { Denoiser } from '../denoiser.js';
import { uVit } from './_u-vit.js';

export const UVitL2: Denoiser = {
  id: 'u-vit-l-2',
  title: 'U-ViT-L/2',
  paper: 'https://arxiv.org/abs/2209.12152',
  input: [4, 32, 32],
  classes: 1000,
  time: 'int64',
  predicts: 'noise',
  build: uVit({
    side: 32,
    patch: 2,
    channels: 4,
    width: 1024,
    depth: 20,
    heads: 16,
    rows: 1001,
    endsInConv: true,
  }),
  expected: { params: 286_763_172, macs: { pure: 76_456_222_720, published: 76_523_906_384 } },
};
