/** A ConvNeXt of six blocks for 32×32 pictures. Its scales begin at 0.1: a short training would not leave 1e-6 behind. */
import type { Model } from '../model.js';
import { convnext } from './_convnext.js';

export const ConvnextMicro: Model = {
  id: 'convnext-micro',
  title: 'ConvNeXt-micro',
  paper: 'https://arxiv.org/abs/2201.03545',
  input: [3, 32, 32],
  classes: 10,
  build: convnext({ widths: [24, 48, 96], depths: [2, 2, 2], stem: 2, scale: 0.1, classes: 10 }),
  expected: { params: 237_874, macs: { pure: 8_796_096, published: 8_991_514 } },
};
