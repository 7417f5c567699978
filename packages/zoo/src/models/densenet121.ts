/** DenseNet-121 (Huang et al. 2017) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { densenet } from './_densenet.js';

export const Densenet121: Model = {
  id: 'densenet121',
  title: 'DenseNet-121',
  paper: 'https://arxiv.org/abs/1608.06993',
  input: [3, 224, 224],
  classes: 1000,
  build: densenet({ blocks: [6, 12, 24, 16], growth: 32, classes: 1000 }),
  expected: { params: 7_978_856, macs: { pure: 2_834_161_664, published: 2_882_620_136 } },
};
