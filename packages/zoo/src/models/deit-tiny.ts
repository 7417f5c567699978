/** DeiT-T/16 (Touvron et al. 2021) for 224×224 pictures of ImageNet. */
import type { Model } from '../model.js';
import { TIMM, vit } from './_vit.js';

export const DeitTiny: Model = {
  id: 'deit-tiny',
  title: 'DeiT-T',
  paper: 'https://arxiv.org/abs/2012.12877',
  input: [3, 224, 224],
  classes: 1000,
  build: vit({
    picture: 224,
    patch: 16,
    width: 192,
    depth: 12,
    heads: 3,
    classes: 1000,
    style: TIMM,
  }),
  expected: { params: 5_717_416, macs: { pure: 1_253_683_200, published: 1_259_215_468 } },
};
