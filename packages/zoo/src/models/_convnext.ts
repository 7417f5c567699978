/** ConvNeXt (Liu et al. 2022), with torchvision's names: depthwise 7×7, LayerNorm over channels, an MLP, a scale. */
import type { Layers } from './_layers.js';

export interface Convnext {
  readonly widths: readonly number[];
  readonly depths: readonly number[];
  /** Kernel and stride of the stem. */
  readonly stem: number;
  /** What every block's scale begins with. */
  readonly scale: number;
  readonly classes: number;
}

/** LayerNorm over the channels of every pixel, [N, C, H, W]. */
const norm2d = (nn: Layers, x: string, name: string): string =>
  nn.channelsFirst(nn.layerNorm(nn.channelsLast(x), name));

const block = (nn: Layers, x: string, name: string, width: number, scale: number): string => {
  const mixed = nn.conv(x, `${name}.block.0`, { channels: width, kernel: 7, pad: 3, groups: width, bias: true });
  const normed = nn.layerNorm(nn.channelsLast(mixed), `${name}.block.2`);
  const hidden = nn.gelu(nn.dense(normed, `${name}.block.3`, 4 * width));
  const out = nn.layerScale(nn.dense(hidden, `${name}.block.5`, width), `${name}.layer_scale`, scale);
  return nn.add(nn.channelsFirst(out), x);
};

export const convnext =
  ({ widths, depths, stem, scale, classes }: Convnext) =>
  (nn: Layers, input: string): string => {
    let x = nn.conv(input, 'features.0.0', { channels: widths[0]!, kernel: stem, stride: stem, bias: true });
    x = norm2d(nn, x, 'features.0.1');
    widths.forEach((width, stage) => {
      const place = 2 * stage + 1;
      if (stage > 0) {
        x = norm2d(nn, x, `features.${place - 1}.0`);
        x = nn.conv(x, `features.${place - 1}.1`, { channels: width, kernel: 2, stride: 2, bias: true });
      }
      for (let i = 0; i < depths[stage]!; i += 1) x = block(nn, x, `features.${place}.${i}`, width, scale);
    });
    return nn.linear(nn.layerNorm(nn.globalAveragePool(x), 'classifier.0'), 'classifier.2', classes);
  };
