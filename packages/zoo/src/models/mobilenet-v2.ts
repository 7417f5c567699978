/** MobileNetV2 (Sandler et al. 2018) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { MOBILENET_V2, mobilenetV2 } from './_mobilenet-v2.js';

export const MobilenetV2: Model = {
  id: 'mobilenet-v2',
  title: 'MobileNetV2',
  paper: 'https://arxiv.org/abs/1801.04381',
  input: [3, 224, 224],
  classes: 1000,
  build: mobilenetV2({
    stem: 32,
    stemStride: 2,
    blocks: MOBILENET_V2,
    last: 1280,
    classes: 1000,
    poolsByFunction: true,
  }),
  expected: { params: 3_504_872, macs: { pure: 300_774_272, published: 320_237_288 } },
};
