/** A VGG with BatchNorm of six convolutions for 32×32 pictures: no shortcut, so every layer's width is its own. */
import type { Model } from '../model.js';

/** Channels of the convolutions before each pooling. */
const STAGES = [
  [16, 16],
  [32, 32],
  [48, 64],
] as const;

export const VggTiny: Model = {
  id: 'vgg-tiny',
  title: 'VGG-tiny',
  paper: 'https://arxiv.org/abs/1409.1556',
  input: [3, 32, 32],
  classes: 10,
  build(nn, input) {
    let x = input;
    let place = 0;
    for (const stage of STAGES) {
      for (const channels of stage) {
        x = nn.conv(x, `features.${place}`, { channels, kernel: 3, pad: 1 });
        x = nn.relu(nn.batchNorm(x, `features.${place + 1}`));
        place += 3;
      }
      x = nn.maxPool(x, 2, 2, 0);
      place += 1;
    }
    return nn.linear(nn.globalAveragePool(x), 'classifier', 10);
  },
  expected: { params: 59_098, macs: { pure: 8_995_456, published: 9_194_122 } },
};
