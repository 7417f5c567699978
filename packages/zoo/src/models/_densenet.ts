/** DenseNet-BC (Huang et al. 2017): every layer reads all that the layers before it in its block have made. */
import type { Layers } from './_layers.js';

export interface Densenet {
  /** Layers of each block. */
  readonly blocks: readonly number[];
  /** Channels that each layer adds. */
  readonly growth: number;
  readonly classes: number;
}

/** Norm, Relu, 1×1 convolution to four times the growth, norm, Relu, 3×3 convolution: what a layer adds. */
const grow = (nn: Layers, x: string, growth: number, names: readonly [string, string, string, string]): string => {
  const [norm1, conv1, norm2, conv2] = names;
  const wide = nn.conv(nn.relu(nn.batchNorm(x, norm1)), conv1, { channels: 4 * growth, kernel: 1 });
  return nn.conv(nn.relu(nn.batchNorm(wide, norm2)), conv2, { channels: growth, kernel: 3, pad: 1 });
};

/** torchvision's, for pictures of 224 pixels. The last Relu and pooling are function calls there. */
export const densenet =
  ({ blocks, growth, classes }: Densenet) =>
  (nn: Layers, input: string): string => {
    let x = nn.conv(input, 'features.conv0', { channels: 2 * growth, kernel: 7, stride: 2, pad: 3 });
    x = nn.maxPool(nn.relu(nn.batchNorm(x, 'features.norm0')), 3, 2, 1);
    blocks.forEach((layers, i) => {
      for (let j = 1; j <= layers; j += 1) {
        const name = (part: string) => `features.denseblock${i + 1}.denselayer${j}.${part}`;
        const made = grow(nn, x, growth, [name('norm1'), name('conv1'), name('norm2'), name('conv2')]);
        x = nn.concat([x, made], 1);
      }
      if (i === blocks.length - 1) return;
      const name = `features.transition${i + 1}`;
      const channels = Math.floor(nn.size(x, 1) / 2);
      x = nn.conv(nn.relu(nn.batchNorm(x, `${name}.norm`)), `${name}.conv`, { channels, kernel: 1 });
      x = nn.averagePool(x, 2, 2);
    });
    x = nn.batchNorm(x, 'features.norm5');
    const mean = nn.uncounted(() => nn.globalAveragePool(nn.relu(x)));
    return nn.linear(mean, 'classifier', classes);
  };

/** For pictures of 32 pixels as PruningBench has it: no stride in front, no Relu before a transition. */
export const cifarDensenet =
  ({ blocks, growth, classes }: Densenet) =>
  (nn: Layers, input: string): string => {
    let x = nn.conv(input, 'conv1', { channels: 2 * growth, kernel: 3, pad: 1 });
    blocks.forEach((layers, i) => {
      const isLast = i === blocks.length - 1;
      const block = isLast ? `features.dense_block${i}` : `features.dense_block_layer_${i}`;
      for (let j = 0; j < layers; j += 1) {
        const name = (part: number) => `${block}.bottle_neck_layer_${j}.bottle_neck.${part}`;
        x = nn.concat([x, grow(nn, x, growth, [name(0), name(2), name(3), name(5)])], 1);
      }
      if (isLast) return;
      const name = `features.transition_layer_${i}.down_sample`;
      const channels = Math.floor(nn.size(x, 1) / 2);
      x = nn.averagePool(nn.conv(nn.batchNorm(x, `${name}.0`), `${name}.1`, { channels, kernel: 1 }), 2, 2);
    });
    return nn.linear(nn.globalAveragePool(nn.relu(nn.batchNorm(x, 'features.bn'))), 'linear', classes);
  };
