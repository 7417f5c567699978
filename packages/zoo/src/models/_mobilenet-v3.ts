/** MobileNetV3 (Howard et al. 2019, table 1) with torchvision's names. */
import type { Layers } from './_layers.js';
import { convNorm, mbConv } from './_mb-conv.js';

/** Kernel, hidden and outgoing channels, whether it squeezes, whether it swishes, stride. */
export type V3Block = readonly [kernel: number, hidden: number, to: number, se: boolean, hs: boolean, stride: number];

export const V3_LARGE: readonly V3Block[] = [
  [3, 16, 16, false, false, 1],
  [3, 64, 24, false, false, 2],
  [3, 72, 24, false, false, 1],
  [5, 72, 40, true, false, 2],
  [5, 120, 40, true, false, 1],
  [5, 120, 40, true, false, 1],
  [3, 240, 80, false, true, 2],
  [3, 200, 80, false, true, 1],
  [3, 184, 80, false, true, 1],
  [3, 184, 80, false, true, 1],
  [3, 480, 112, true, true, 1],
  [3, 672, 112, true, true, 1],
  [5, 672, 160, true, true, 2],
  [5, 960, 160, true, true, 1],
  [5, 960, 160, true, true, 1],
];

export interface MobilenetV3 {
  readonly blocks: readonly V3Block[];
  /** Width of the linear layer before the classifier. */
  readonly hidden: number;
  readonly classes: number;
}

const STEM = 16;
const EPSILON = 1e-3;

/** The nearest multiple of 8, but never below 90 % (the paper's own rule for widths). */
const toEight = (width: number): number => {
  const near = Math.max(8, Math.floor((width + 4) / 8) * 8);
  return near < 0.9 * width ? near + 8 : near;
};

const swish = (nn: Layers, x: string) => nn.hardSwish(x);
const relu = (nn: Layers, x: string) => nn.relu(x);
const STYLE = { inner: relu, gate: (nn: Layers, x: string) => nn.hardSigmoid(x), epsilon: EPSILON };

export const mobilenetV3 =
  ({ blocks, hidden: last, classes }: MobilenetV3) =>
  (nn: Layers, input: string): string => {
    let x = swish(nn, convNorm(nn, input, 'features.0', { channels: STEM, kernel: 3, stride: 2 }, EPSILON));
    let from = STEM;
    blocks.forEach(([kernel, hidden, to, se, hs, stride], i) => {
      const shape = { from, hidden, to, kernel, stride, squeeze: se ? toEight(hidden / 4) : undefined };
      x = mbConv(nn, x, `features.${i + 1}`, shape, hs ? swish : relu, STYLE);
      from = to;
    });
    const wide = { channels: 6 * from, kernel: 1 };
    x = swish(nn, convNorm(nn, x, `features.${blocks.length + 1}`, wide, EPSILON));
    x = swish(nn, nn.linear(nn.globalAveragePool(x), 'classifier.0', last));
    return nn.linear(x, 'classifier.3', classes);
  };
