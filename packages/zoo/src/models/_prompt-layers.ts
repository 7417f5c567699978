/** What networks that are told places and masks have besides: sines of places, vectors that a label selects, products, enlarging. */
import { type InitRule, int, ints } from '@topiary/onnx';
import type { ModelBuilder } from './_model-builder.js';

export interface PromptLayers {
  /** The matrix product of the last two axes. */
  product(a: string, b: string): string;
  /** Over the last axis. */
  softmax(x: string): string;
  sine(x: string): string;
  cosine(x: string): string;
  /** Every element plus a fixed number. */
  shifted(x: string, by: number): string;
  /** max(0, 1 - |x - value|): 1 where a whole number is that one, else 0. */
  nearness(x: string, value: number): string;
  /** Learned rows [rows, C], mixed by [N, …, rows]: [N, …, C]. */
  selected(by: string, name: string, dims: readonly [rows: number, channels: number]): string;
  /** `count` learned tokens for every example of x [N, T, C]: [N, count, C]. */
  learnedTokens(x: string, name: string, count: number): string;
  /** Every pixel becomes 2 by 2 of them, each by a linear layer of its own, with a bias. */
  spread(x: string, name: string, channels: number): string;
}

/** As torch.nn.Embedding begins. */
const STANDARD: InitRule = { rule: 'normal', std: 1 };

export const promptLayersOn = (b: ModelBuilder): PromptLayers => ({
  product: (x, y) => b.op('MatMul', [x, y]),
  softmax: (x) => b.op('Softmax', [x], { axis: int(-1) }),
  sine: (x) => b.op('Sin', [x]),
  cosine: (x) => b.op('Cos', [x]),
  shifted: (x, by) => b.op('Add', [x, b.scalar(by)]),
  nearness: (x, value) => b.op('Relu', [b.op('Sub', [b.scalar(1), b.op('Abs', [b.op('Sub', [x, b.scalar(value)])])])]),
  selected: (by, name, dims) => b.op('MatMul', [by, b.parameter(name, dims, STANDARD)]),
  learnedTokens(x, name, count) {
    const learned = b.parameter(name, [1, count, Number(b.shape(x).at(-1))], STANDARD);
    // a token times zero carries the open batch
    const first = b.op('Slice', [x, b.int64s([0]), b.int64s([1]), b.int64s([1]), b.int64s([1])]);
    return b.op('Add', [learned, b.op('Mul', [first, b.scalar(0)])]);
  },
  spread(x, name, channels) {
    const width = Number(b.shape(x)[1]);
    // torch.nn.ConvTranspose2d counts as inputs what reaches a pixel of its weight: channels · 2 · 2
    const init: InitRule = { rule: 'uniform', bound: 1 / Math.sqrt(4 * channels) };
    const weight = b.parameter(`${name}.weight`, [width, channels, 2, 2], init);
    const bias = b.parameter(`${name}.bias`, [channels], { rule: 'zeros' });
    return b.op('ConvTranspose', [x, weight, bias], {
      dilations: ints([1, 1]),
      group: int(1),
      kernel_shape: ints([2, 2]),
      pads: ints([0, 0, 0, 0]),
      strides: ints([2, 2]),
    });
  },
});
