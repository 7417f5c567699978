/** MobileNetV2 (Sandler et al. 2018) with six inverted residuals for 32×32 pictures: depthwise convolutions, narrow streams. */
import type { Model } from '../model.js';
import { mobilenetV2 } from './_mobilenet-v2.js';

export const MobilenetTiny: Model = {
  id: 'mobilenet-tiny',
  title: 'MobileNetV2-tiny',
  paper: 'https://arxiv.org/abs/1801.04381',
  input: [3, 32, 32],
  classes: 10,
  build: mobilenetV2({
    stem: 16,
    stemStride: 1,
    blocks: [
      [1, 16, 1],
      [4, 24, 2],
      [4, 24, 1],
      [4, 40, 2],
      [4, 40, 1],
      [4, 64, 1],
    ],
    last: 160,
    classes: 10,
  }),
  expected: { params: 63_722, macs: { pure: 7_458_368, published: 8_281_674 } },
};
