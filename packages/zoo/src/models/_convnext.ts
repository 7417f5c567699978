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
  /** Norms outside of blocks are a subclass in torchvision, which the published counter does not see. */
  readonly subclassNorms?: boolean;
}

const block = (nn: Layers, x: string, name: string, width: number, scale: number): string => {
  const mixed = nn.conv(x, `${name}.block.0`, { channels: width, kernel: 7, pad: 3, groups: width, bias: true });
  const normed = nn.layerNorm(nn.channelsLast(mixed), `${name}.block.2`);
  const hidden = nn.gelu(nn.dense(normed, `${name}.block.3`, 4 * width));
  const out = nn.layerScale(nn.dense(hidden, `${name}.block.5`, width), `${name}.layer_scale`, scale);
  return nn.add(nn.channelsFirst(out), x);
};

export const convnext =
  ({ widths, depths, stem, scale, classes, subclassNorms = false }: Convnext) =>
  (nn: Layers, input: string): string => {
    const norm = (x: string, name: string) =>
      subclassNorms ? nn.uncounted(() => nn.layerNorm(x, name)) : nn.layerNorm(x, name);
    /** Over the channels of every pixel, [N, C, H, W]. */
    const norm2d = (x: string, name: string) => nn.channelsFirst(norm(nn.channelsLast(x), name));

    let x = nn.conv(input, 'features.0.0', { channels: widths[0]!, kernel: stem, stride: stem, bias: true });
    x = norm2d(x, 'features.0.1');
    widths.forEach((width, stage) => {
      const place = 2 * stage + 1;
      if (stage > 0) {
        x = norm2d(x, `features.${place - 1}.0`);
        x = nn.conv(x, `features.${place - 1}.1`, { channels: width, kernel: 2, stride: 2, bias: true });
      }
      for (let i = 0; i < depths[stage]!; i += 1) x = block(nn, x, `features.${place}.${i}`, width, scale);
    });
    return nn.linear(norm(nn.globalAveragePool(x), 'classifier.0'), 'classifier.2', classes);
  };
