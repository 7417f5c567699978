/** The layers that model files are made of: each adds nodes and parameters named as torchvision names them. */
import { float, floats, type InitRule, int, ints, string } from '@topiary/onnx';
import { type ConditionLayers, conditionLayersOn } from './_condition-layers.js';
import type { ModelBuilder } from './_model-builder.js';
import { type PromptLayers, promptLayersOn } from './_prompt-layers.js';
import { type ShapeLayers, shapeLayersOn } from './_shape-layers.js';
import { type TokenLayers, tokenLayersOn } from './_token-layers.js';

/** Passed to `build`; a model file needs nothing else and so loads nothing. */
export interface Layers extends TokenLayers, ShapeLayers, ConditionLayers, PromptLayers {
  conv(x: string, name: string, shape: ConvShape): string;
  /** `momentum`: of the running statistics in a step, as PyTorch has it (0.1). */
  batchNorm(x: string, name: string, epsilon?: number, momentum?: number): string;
  relu(x: string): string;
  /** Relu that ends at 6. */
  relu6(x: string): string;
  sigmoid(x: string): string;
  /** min(max(x/6 + 1/2, 0), 1) */
  hardSigmoid(x: string): string;
  /** x · hardSigmoid(x) */
  hardSwish(x: string): string;
  /** x · sigmoid(x) */
  silu(x: string): string;
  add(a: string, b: string): string;
  multiply(a: string, b: string): string;
  /** Every element times a fixed number. */
  scaled(x: string, by: number): string;
  /** Every pixel `times` by `times`: nearest neighbours. */
  enlarged(x: string, times: number): string;
  maxPool(x: string, kernel: number, stride: number, pad: number): string;
  averagePool(x: string, kernel: number, stride: number): string;
  /** [N, C, H, W] -> [N, C, 1, 1] */
  pooled(x: string): string;
  /** [N, C, H, W] -> [N, C] */
  globalAveragePool(x: string): string;
  /** [N, C, …] -> [N, C · …] */
  flatten(x: string): string;
  linear(x: string, name: string, features: number): string;
  /** Every `stride`-th pixel, with `before` and `after` channels of zeros around: a shortcut without parameters. */
  padShortcut(x: string, stride: number, before: number, after: number): string;
  /** A function call in PyTorch, or a subclass of a norm: the published counter does not see it. */
  uncounted(body: () => string): string;
}

export interface ConvShape {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly pad?: number;
  /** Groups of channels; as many as channels: depthwise. */
  readonly groups?: number;
  /** Whether there is one, or the number that all of it begins at (false). */
  readonly bias?: boolean | number;
  /** Begins as torch.nn.Conv2d does by itself, in place of He's rule for what a Relu follows. */
  readonly isPlain?: boolean;
  /** How the weight begins otherwise. */
  readonly init?: InitRule;
}

const EPSILON = 1e-5;
const END = 2 ** 31 - 1;

export const layersOn = (b: ModelBuilder): Layers => {
  const width = (x: string): number => Number(b.shape(x)[1]);
  const multiply = (p: string, q: string) => b.op('Mul', [p, q]);
  const sigmoid = (x: string) => b.op('Sigmoid', [x]);
  const pooled = (x: string) => b.op('GlobalAveragePool', [x]);
  const flatten = (x: string) => b.op('Flatten', [x], { axis: int(1) });
  const square = (kernel: number, stride: number, pad: number) => ({
    kernel_shape: ints([kernel, kernel]),
    pads: ints([pad, pad, pad, pad]),
    strides: ints([stride, stride]),
  });
  return {
    ...tokenLayersOn(b),
    ...shapeLayersOn(b),
    ...conditionLayersOn(b),
    ...promptLayersOn(b),
    conv(x, name, { channels, kernel, stride = 1, pad = 0, groups = 1, bias = false, isPlain = false, init: given }) {
      // Kaiming, mode fan-out: std = sqrt(2 / (channels of a group · kernel²)); else uniform in ±1/sqrt(inputs)
      const ruled: InitRule = isPlain
        ? { rule: 'uniform', bound: 1 / Math.sqrt((width(x) / groups) * kernel * kernel) }
        : { rule: 'kaiming-normal', fan: (channels / groups) * kernel * kernel };
      const init = given ?? ruled;
      const inputs = [x, b.parameter(`${name}.weight`, [channels, width(x) / groups, kernel, kernel], init)];
      const begins: InitRule = typeof bias === 'number' ? { rule: 'constant', value: bias } : { rule: 'zeros' };
      if (bias !== false) inputs.push(b.parameter(`${name}.bias`, [channels], begins));
      return b.op('Conv', inputs, {
        dilations: ints([1, 1]),
        group: int(groups),
        ...square(kernel, stride, pad),
      });
    },
    batchNorm(x, name, epsilon = EPSILON, momentum = 0.1) {
      const vector = (part: string, rule: 'zeros' | 'ones') => b.parameter(`${name}.${part}`, [width(x)], { rule });
      const inputs = [
        x,
        vector('weight', 'ones'),
        vector('bias', 'zeros'),
        vector('running_mean', 'zeros'),
        vector('running_var', 'ones'),
      ];
      return b.op('BatchNormalization', inputs, { epsilon: float(epsilon), momentum: float(1 - momentum) });
    },
    relu: (x) => b.op('Relu', [x]),
    relu6: (x) => b.op('Clip', [x, b.scalar(0), b.scalar(6)]),
    sigmoid,
    hardSigmoid: (x) => b.op('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) }),
    hardSwish: (x) => b.op('HardSwish', [x]),
    silu: (x) => multiply(x, sigmoid(x)),
    add: (p, q) => b.op('Add', [p, q]),
    multiply,
    scaled: (x, by) => multiply(x, b.scalar(by)),
    enlarged: (x, times) =>
      b.op('Resize', [x, '', b.constant(floats([1, 1, times, times]), 'scales')], {
        mode: string('nearest'),
        coordinate_transformation_mode: string('asymmetric'),
        nearest_mode: string('floor'),
      }),
    maxPool: (x, kernel, stride, pad) => b.op('MaxPool', [x], { ceil_mode: int(0), ...square(kernel, stride, pad) }),
    averagePool: (x, kernel, stride) => b.op('AveragePool', [x], { ceil_mode: int(0), ...square(kernel, stride, 0) }),
    pooled,
    globalAveragePool: (x) => flatten(pooled(x)),
    flatten,
    linear(x, name, features) {
      // uniform in ±1/sqrt(inputs), as torch.nn.Linear begins
      const init = { rule: 'uniform', bound: 1 / Math.sqrt(width(x)) } as const;
      const w = b.parameter(`${name}.weight`, [features, width(x)], init);
      const bias = b.parameter(`${name}.bias`, [features], init);
      return b.op('Gemm', [x, w, bias], { alpha: float(1), beta: float(1), transB: int(1) });
    },
    padShortcut(x, stride, before, after) {
      const [starts, ends, axes, steps] = [
        [0, 0],
        [END, END],
        [2, 3],
        [stride, stride],
      ].map((v) => b.int64s(v));
      const kept = b.op('Slice', [x, starts!, ends!, axes!, steps!]);
      return b.op('Pad', [kept, b.int64s([0, before, 0, 0, 0, after, 0, 0])]);
    },
    uncounted: (body) => b.seenAs('none', body),
  };
};
