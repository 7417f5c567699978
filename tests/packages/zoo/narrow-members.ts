/** A narrow and shallow member of every family of the zoo, for 32×32 pictures and ten classes. */
import type { Model } from '@topiary/zoo';
import { cifarMobilenetV2 } from '../../../packages/zoo/src/models/_cifar-mobilenet-v2.js';
import { cifarResnet } from '../../../packages/zoo/src/models/_cifar-resnet.js';
import { convnext } from '../../../packages/zoo/src/models/_convnext.js';
import { cifarDensenet, densenet } from '../../../packages/zoo/src/models/_densenet.js';
import { efficientnet } from '../../../packages/zoo/src/models/_efficientnet.js';
import { mobilenetV2 } from '../../../packages/zoo/src/models/_mobilenet-v2.js';
import { mobilenetV3 } from '../../../packages/zoo/src/models/_mobilenet-v3.js';
import { regnetX } from '../../../packages/zoo/src/models/_regnet.js';
import { BASIC, BOTTLENECK, CIFAR, CIFAR_NARROW, resnet } from '../../../packages/zoo/src/models/_resnet.js';
import { swin } from '../../../packages/zoo/src/models/_swin.js';
import { cifarVgg, vgg } from '../../../packages/zoo/src/models/_vgg.js';
import { TIMM, TORCHVISION, vit } from '../../../packages/zoo/src/models/_vit.js';

const classes = 10;
const small = { picture: 32, patch: 8, width: 24, depth: 2, heads: 3, classes };
const stages = [[8], [8, 8], [16], [16], [16]];

const FAMILIES: Readonly<Record<string, Model['build']>> = {
  'resnet of basic blocks': resnet({ block: BASIC, depths: [1, 2], classes, width: 8 }),
  'resnet of bottlenecks': resnet({ block: BOTTLENECK, depths: [1, 1], classes, width: 8 }),
  'resnet for CIFAR': resnet({ block: BOTTLENECK, depths: [1, 1], classes, width: 8, style: CIFAR }),
  'narrow resnet for CIFAR': resnet({ block: BASIC, depths: [1, 1, 1], classes, width: 8, style: CIFAR_NARROW }),
  'resnet with padded shortcuts': cifarResnet({ widths: [8, 16], blocks: 1, stemStride: 2, classes }),
  resnext: resnet({ block: BOTTLENECK, depths: [1, 1], classes, width: 8, groups: 4, groupWidth: 32 }),
  vgg: vgg({ stages, classes, hidden: 16 }),
  'vgg for CIFAR': cifarVgg({ stages, classes }),
  'mobilenet v2': mobilenetV2({
    stem: 8,
    stemStride: 2,
    blocks: [
      [1, 8, 1],
      [3, 8, 1],
      [3, 12, 2],
    ],
    last: 24,
    classes,
  }),
  'mobilenet v2 for CIFAR': cifarMobilenetV2({
    stem: 8,
    stages: [
      [1, 8, 1, 1],
      [3, 12, 2, 2],
    ],
    last: 24,
    classes,
  }),
  'mobilenet v3': mobilenetV3({
    blocks: [
      [3, 16, 16, false, false, 1],
      [5, 24, 16, true, false, 2],
      [3, 32, 16, true, true, 1],
    ],
    hidden: 20,
    classes,
  }),
  densenet: densenet({ blocks: [2, 2], growth: 6, classes }),
  'densenet for CIFAR': cifarDensenet({ blocks: [2, 2], growth: 6, classes }),
  regnet: regnetX({ stem: 8, widths: [12, 24], depths: [1, 2], groupWidth: 6, classes }),
  efficientnet: efficientnet({
    stem: 8,
    stages: [
      [1, 3, 1, 8, 1],
      [4, 5, 2, 12, 2],
    ],
    classes,
  }),
  convnext: convnext({ widths: [8, 16], depths: [1, 1], stem: 4, scale: 0.5, classes, subclassNorms: true }),
  'vit of timm': vit({ ...small, style: TIMM }),
  'vit of torchvision': vit({ ...small, style: TORCHVISION }),
  'distilled deit': vit({ ...small, style: TIMM, isDistilled: true }),
  swin: swin({ picture: 32, patch: 2, width: 12, depths: [2, 2], heads: [2, 4], window: 4, classes }),
};

export const NARROW: readonly (readonly [string, Model])[] = Object.entries(FAMILIES).map(([title, build]) => [
  title,
  {
    id: title.replaceAll(' ', '-'),
    title,
    paper: null,
    input: [3, 32, 32],
    classes,
    build,
    // nobody reads the counts of these
    expected: { params: 0, macs: { pure: 0, published: 0 } },
  },
]);
