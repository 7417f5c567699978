/** MobileNetV2 (Sandler et al. 2018) with torchvision's names: wide in the middle, depthwise, narrow streams between. */
import type { ConvShape, Layers } from './_layers.js';

/** Expansion, channels and stride of one block. */
export type InvertedResidual = readonly [expansion: number, channels: number, stride: number];

export interface MobilenetV2 {
  readonly stem: number;
  readonly stemStride: number;
  readonly blocks: readonly InvertedResidual[];
  /** Channels before the classifier. */
  readonly last: number;
  readonly classes: number;
  /** The last pooling is a function call in torchvision. */
  readonly poolsByFunction?: boolean;
}

const convNorm = (nn: Layers, x: string, name: string, shape: ConvShape): string =>
  nn.batchNorm(nn.conv(x, `${name}.0`, shape), `${name}.1`);

/** Wide 1×1, depthwise 3×3, narrow 1×1; added to what came in where shapes allow. */
const inverted = (
  nn: Layers,
  input: string,
  name: string,
  from: number,
  [expansion, channels, stride]: InvertedResidual,
): string => {
  const hidden = from * expansion;
  let x = input;
  let place = 0;
  if (expansion > 1) {
    x = nn.relu6(convNorm(nn, x, `${name}.conv.${place}`, { channels: hidden, kernel: 1 }));
    place += 1;
  }
  x = nn.relu6(
    convNorm(nn, x, `${name}.conv.${place}`, { channels: hidden, kernel: 3, stride, pad: 1, groups: hidden }),
  );
  x = nn.batchNorm(nn.conv(x, `${name}.conv.${place + 1}`, { channels, kernel: 1 }), `${name}.conv.${place + 2}`);
  return stride === 1 && from === channels ? nn.add(x, input) : x;
};

export const mobilenetV2 =
  ({ stem, stemStride, blocks, last, classes, poolsByFunction = false }: MobilenetV2) =>
  (nn: Layers, input: string): string => {
    let x = nn.relu6(convNorm(nn, input, 'features.0', { channels: stem, kernel: 3, stride: stemStride, pad: 1 }));
    let from = stem;
    blocks.forEach((block, i) => {
      x = inverted(nn, x, `features.${i + 1}`, from, block);
      from = block[1];
    });
    x = nn.relu6(convNorm(nn, x, `features.${blocks.length + 1}`, { channels: last, kernel: 1 }));
    const pool = () => nn.globalAveragePool(x);
    return nn.linear(poolsByFunction ? nn.uncounted(pool) : pool(), 'classifier.1', classes);
  };

/** Table 2 of the paper: expansion, channels, how often, stride of the first. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

export const MOBILENET_V2: readonly InvertedResidual[] = STAGES.flatMap(([expansion, channels, times, stride]) =>
  Array.from({ length: times }, (_, i) => [expansion, channels, i === 0 ? stride : 1] as const),
);
