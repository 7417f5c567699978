/** EfficientNet (Tan and Le 2019, table 1) with torchvision's names. */
import type { Layers } from './_layers.js';
import { convNorm, mbConv } from './_mb-conv.js';

/** Expansion, kernel, stride of the first, outgoing channels, how often. */
export type EfficientStage = readonly [expansion: number, kernel: number, stride: number, to: number, times: number];

export const B0: readonly EfficientStage[] = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
];

export interface Efficientnet {
  readonly stem: number;
  readonly stages: readonly EfficientStage[];
  readonly classes: number;
}

const EPSILON = 1e-5;
const silu = (nn: Layers, x: string) => nn.silu(x);
const STYLE = { inner: silu, gate: (nn: Layers, x: string) => nn.sigmoid(x), epsilon: EPSILON };

export const efficientnet =
  ({ stem, stages, classes }: Efficientnet) =>
  (nn: Layers, input: string): string => {
    let x = silu(nn, convNorm(nn, input, 'features.0', { channels: stem, kernel: 3, stride: 2 }, EPSILON));
    let from = stem;
    stages.forEach(([expansion, kernel, first, to, times], stage) => {
      for (let i = 0; i < times; i += 1) {
        const squeeze = Math.max(1, Math.floor(from / 4));
        const shape = { from, hidden: from * expansion, to, kernel, stride: i === 0 ? first : 1, squeeze };
        x = mbConv(nn, x, `features.${stage + 1}.${i}`, shape, silu, STYLE);
        from = to;
      }
    });
    const wide = { channels: 4 * from, kernel: 1 };
    x = silu(nn, convNorm(nn, x, `features.${stages.length + 1}`, wide, EPSILON));
    return nn.linear(nn.globalAveragePool(x), 'classifier.1', classes);
  };
