/**
 * The residual networks for 224×224 pictures (He et al. 2016, table 1) in torchvision's form: projections on the
 * shortcuts, and in bottlenecks the stride on the 3×3 convolution ("v1.5").
 */
import type { Layers } from './_layers.js';

type Block = (nn: Layers, x: string, name: string, width: number, stride: number) => string;

const convNorm = (nn: Layers, x: string, name: string, i: number, channels: number, kernel: number, stride = 1) =>
  nn.batchNorm(nn.conv(x, `${name}.conv${i}`, { channels, kernel, stride, pad: (kernel - 1) / 2 }), `${name}.bn${i}`);

const basic: Block = (nn, x, name, width, stride) =>
  convNorm(nn, nn.relu(convNorm(nn, x, name, 1, width, 3, stride)), name, 2, width, 3);

const bottleneck: Block = (nn, x, name, width, stride) => {
  const narrow = nn.relu(convNorm(nn, x, name, 1, width, 1));
  const wide = nn.relu(convNorm(nn, narrow, name, 2, width, 3, stride));
  return convNorm(nn, wide, name, 3, 4 * width, 1);
};

/** Block and how many times wider than its name its output is. */
export const BASIC = { block: basic, expansion: 1 } as const;
export const BOTTLENECK = { block: bottleneck, expansion: 4 } as const;

export const imagenetResnet =
  ({ block, expansion }: typeof BASIC | typeof BOTTLENECK, depths: readonly number[]) =>
  (nn: Layers, input: string): string => {
    let x = nn.relu(nn.batchNorm(nn.conv(input, 'conv1', { channels: 64, kernel: 7, stride: 2, pad: 3 }), 'bn1'));
    x = nn.maxPool(x, 3, 2, 1);
    let from = 64;
    depths.forEach((depth, stage) => {
      const width = 64 * 2 ** stage;
      const to = width * expansion;
      for (let i = 0; i < depth; i += 1) {
        const name = `layer${stage + 1}.${i}`;
        const stride = stage > 0 && i === 0 ? 2 : 1;
        const y = block(nn, x, name, width, stride);
        const project = () => nn.conv(x, `${name}.downsample.0`, { channels: to, kernel: 1, stride });
        const shortcut = stride === 1 && from === to ? x : nn.batchNorm(project(), `${name}.downsample.1`);
        x = nn.relu(nn.add(y, shortcut));
        from = to;
      }
    });
    return nn.linear(nn.globalAveragePool(x), 'fc', 1000);
  };
