/** MobileNetV3-Large (Howard et al. 2019) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { mobilenetV3, V3_LARGE } from './_mobilenet-v3.js';

export const MobilenetV3Large: Model = {
  id: 'mobilenet-v3-large',
  title: 'MobileNetV3-Large',
  paper: 'https://arxiv.org/abs/1905.02244',
  input: [3, 224, 224],
  classes: 1000,
  build: mobilenetV3({ blocks: V3_LARGE, hidden: 1280, classes: 1000 }),
  expected: { params: 5_483_032, macs: { pure: 216_589_760, published: 228_356_576 } },
};
