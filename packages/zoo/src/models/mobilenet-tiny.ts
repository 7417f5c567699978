/** MobileNetV2 (Sandler et al. 2018) with six inverted residuals for 32×32 pictures: depthwise convolutions, narrow streams. */
import type { Model } from '../model.js';
import type { Layers } from './_layers.js';

/** Expansion, channels and stride of each block. */
const BLOCKS = [
  [1, 16, 1],
  [4, 24, 2],
  [4, 24, 1],
  [4, 40, 2],
  [4, 40, 1],
  [4, 64, 1],
] as const;
const STEM = 16;
const LAST = 160;

const convNorm = (nn: Layers, x: string, name: string, shape: Parameters<Layers['conv']>[2]): string =>
  nn.batchNorm(nn.conv(x, `${name}.0`, shape), `${name}.1`);

/** Wide 1×1, depthwise 3×3, narrow 1×1; added to what came in where shapes allow. */
const inverted = (
  nn: Layers,
  input: string,
  name: string,
  from: number,
  [expansion, channels, stride]: readonly [number, number, number],
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

export const MobilenetTiny: Model = {
  id: 'mobilenet-tiny',
  title: 'MobileNetV2-tiny',
  paper: 'https://arxiv.org/abs/1801.04381',
  input: [3, 32, 32],
  classes: 10,
  build(nn, input) {
    let x = nn.relu6(convNorm(nn, input, 'features.0', { channels: STEM, kernel: 3, pad: 1 }));
    let from = STEM;
    BLOCKS.forEach((block, i) => {
      x = inverted(nn, x, `features.${i + 1}`, from, block);
      from = block[1];
    });
    x = nn.relu6(convNorm(nn, x, `features.${BLOCKS.length + 1}`, { channels: LAST, kernel: 1 }));
    return nn.linear(nn.globalAveragePool(x), 'classifier.1', 10);
  },
  expected: { params: 63_722, macs: { pure: 7_458_368, published: 8_281_674 } },
  uncountedNorms: [],
};
