/** Networks that PyTorch exported, with the residual blocks that their papers count. */
import { readFileSync } from 'node:fs';
import { canonicalize } from '@topiary/canonical';
import { decode, type Graph } from '@topiary/onnx';
import { sample } from '../../helpers/samples.js';

export const EXPORTED: readonly (readonly [folder: string, name: string, blocks: number])[] = [
  ['exports', 'resnet18', 8],
  ['exports', 'mobilenet_v2', 10],
  ['exports', 'efficientnet_b0', 9],
  ['exports', 'densenet121', 0],
  ['exports', 'convnext_nano', 6],
  ['exports', 'swin_nano', 4],
  ['exports', 'vit_tiny', 4],
  ['weights', 'resnet20-cifar10', 9],
  ['weights', 'resnet56-cifar10', 27],
];

export const exported = (folder: string, name: string): Graph =>
  canonicalize(decode(readFileSync(sample(folder, `${name}.onnx`))));
