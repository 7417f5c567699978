/**
 * MobileNetV2 for 32×32 pictures as PruningBench has it: a padded 1×1 convolution in front, two strides fewer, biases
 * before the norms, and a convolution as classifier.
 */
import type { ConvShape, Layers } from './_layers.js';

/** Expansion, channels, blocks and the first one's stride of a stage. */
export type V2Stage = readonly [expansion: number, channels: number, blocks: number, stride: number];

export const CIFAR_V2: readonly V2Stage[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 1],
  [6, 320, 1, 1],
];

export interface CifarMobilenetV2 {
  readonly stem: number;
  readonly stages: readonly V2Stage[];
  /** Channels before the classifier. */
  readonly last: number;
  readonly classes: number;
}

const convNorm = (nn: Layers, x: string, folder: string, place: number, shape: ConvShape): string =>
  nn.batchNorm(nn.conv(x, `${folder}.${place}`, { ...shape, bias: true }), `${folder}.${place + 1}`);

interface Shape {
  readonly hidden: number;
  readonly channels: number;
  readonly stride: number;
}

const block = (nn: Layers, x: string, name: string, { hidden, channels, stride }: Shape): string => {
  const folder = `${name}.residual`;
  const depthwise = { channels: hidden, kernel: 3, stride, pad: 1, groups: hidden };
  const wide = nn.relu6(convNorm(nn, x, folder, 0, { channels: hidden, kernel: 1 }));
  const mixed = nn.relu6(convNorm(nn, wide, folder, 3, depthwise));
  return convNorm(nn, mixed, folder, 6, { channels, kernel: 1 });
};

export const cifarMobilenetV2 =
  ({ stem, stages, last, classes }: CifarMobilenetV2) =>
  (nn: Layers, input: string): string => {
    let x = nn.relu6(convNorm(nn, input, 'pre', 0, { channels: stem, kernel: 1, pad: 1 }));
    let from = stem;
    stages.forEach(([expansion, channels, blocks, first], stage) => {
      for (let i = 0; i < blocks; i += 1) {
        const stride = i === 0 ? first : 1;
        // a stage of one block is the block itself
        const name = blocks === 1 ? `stage${stage + 1}` : `stage${stage + 1}.${i}`;
        const y = block(nn, x, name, { hidden: from * expansion, channels, stride });
        x = stride === 1 && from === channels ? nn.add(y, x) : y;
        from = channels;
      }
    });
    x = nn.relu6(convNorm(nn, x, 'conv1', 0, { channels: last, kernel: 1 }));
    const mean = nn.uncounted(() => nn.pooled(x));
    return nn.flatten(nn.conv(mean, 'conv2', { channels: classes, kernel: 1, bias: true, isPlain: true }));
  };
