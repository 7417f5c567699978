/** DeiT-B/16 (Touvron et al. 2021) for 224×224 pictures of ImageNet, with the token that learned from a teacher. */
import type { Model } from '../model.js';
import { TIMM, vit } from './_vit.js';

export const DeitBaseDistilled: Model = {
  id: 'deit-base-distilled',
  title: 'DeiT-B distilled',
  paper: 'https://arxiv.org/abs/2012.12877',
  input: [3, 224, 224],
  classes: 1000,
  build: vit({
    picture: 224,
    patch: 16,
    width: 768,
    depth: 12,
    heads: 12,
    classes: 1000,
    isDistilled: true,
    style: TIMM,
  }),
  expected: { params: 87_338_192, macs: { pure: 17_656_811_520, published: 17_679_078_416 } },
};
