/** EfficientNet-B0 (Tan and Le 2019) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { B0, efficientnet } from './_efficientnet.js';

export const EfficientnetB0: Model = {
  id: 'efficientnet-b0',
  title: 'EfficientNet-B0',
  paper: 'https://arxiv.org/abs/1905.11946',
  input: [3, 224, 224],
  classes: 1000,
  build: efficientnet({ stem: 32, stages: B0, classes: 1000 }),
  expected: { params: 5_288_548, macs: { pure: 385_814_752, published: 401_669_732 } },
};
