/**
 * The residual networks for 32×32 pictures (He et al. 2016, section 4.2): three stages of basic blocks, shortcuts
 * without parameters (every second pixel, new channels filled with zeros on both sides).
 */
import type { Layers } from './_layers.js';

export interface CifarResnet {
  readonly widths: readonly number[];
  /** Blocks per stage. */
  readonly blocks: number;
  readonly stemStride: number;
  readonly classes: number;
}

const block = (nn: Layers, x: string, name: string, from: number, to: number, stride: number): string => {
  let y = nn.conv(x, `${name}.conv1`, { channels: to, kernel: 3, stride, pad: 1 });
  y = nn.relu(nn.batchNorm(y, `${name}.bn1`));
  y = nn.conv(y, `${name}.conv2`, { channels: to, kernel: 3, pad: 1 });
  y = nn.batchNorm(y, `${name}.bn2`);
  const side = (to - from) / 2;
  return nn.relu(nn.add(y, stride === 1 && side === 0 ? x : nn.padShortcut(x, stride, side, side)));
};

export const cifarResnet =
  ({ widths, blocks, stemStride, classes }: CifarResnet) =>
  (nn: Layers, input: string): string => {
    let from = widths[0]!;
    let x = nn.conv(input, 'conv1', { channels: from, kernel: 3, stride: stemStride, pad: 1 });
    x = nn.relu(nn.batchNorm(x, 'bn1'));
    widths.forEach((to, stage) => {
      for (let i = 0; i < blocks; i += 1) {
        x = block(nn, x, `layer${stage + 1}.${i}`, from, to, stage > 0 && i === 0 ? 2 : 1);
        from = to;
      }
    });
    return nn.linear(nn.globalAveragePool(x), 'linear', classes);
  };
