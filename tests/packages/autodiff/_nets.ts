/** Small networks and feeds for the tests of autodiff and runtime. */
import { float, floats, type Graph, type GraphBuilder, int, ints, tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import type { Feeds } from '@topiary/runtime';
import { numbers } from '../lowering/_support.js';

const parameter = (b: GraphBuilder, name: string, dims: readonly number[], seed: number, scale: number, shift = 0) => {
  const next = numbers(seed);
  const size = dims.reduce((p, d) => p * d, 1);
  const data = Float32Array.from({ length: size }, () => shift + scale * next());
  return b.initializer({ name, type: 'float32', dims, source: { kind: 'data', data } });
};

const conv = (b: GraphBuilder, x: string, name: string, channels: number, stride: number, seed: number): string => {
  const w = parameter(b, `${name}.weight`, [channels, Number(b.shape(x)[1]), 3, 3], seed, 0.4);
  return b.op('Conv', [x, w], {
    kernel_shape: ints([3, 3]),
    strides: ints([stride, stride]),
    dilations: ints([1, 1]),
    pads: ints([1, 1, 1, 1]),
    group: int(1),
  });
};

const norm = (b: GraphBuilder, x: string, name: string, seed: number): string => {
  const C = Number(b.shape(x)[1]);
  const inputs = [
    x,
    parameter(b, `${name}.weight`, [C], seed, 0.3, 1),
    parameter(b, `${name}.bias`, [C], seed + 1, 0.3),
    parameter(b, `${name}.running_mean`, [C], seed + 2, 0.1),
    parameter(b, `${name}.running_var`, [C], seed + 3, 0.2, 1),
  ];
  return b.op('BatchNormalization', inputs, { epsilon: float(1e-5), momentum: float(0.9) });
};

/** Convolutions, norms, a residual addition, a padded shortcut with stride, a classifier: a ResNet in small. */
export const smallResnet = (
  activation: (b: GraphBuilder, x: string) => string = (b, x) => b.op('Relu', [x]),
): Graph => {
  const b = createBuilder();
  const input = b.input('input', 'float32', ['N', 3, 9, 9]);
  const first = activation(b, norm(b, conv(b, input, 'conv1', 4, 1, 1), 'bn1', 10));
  const second = activation(b, b.op('Add', [norm(b, conv(b, first, 'conv2', 4, 1, 2), 'bn2', 20), first]));
  const main = norm(b, conv(b, second, 'conv3', 6, 2, 3), 'bn3', 30);
  const kept = b.op('Slice', [second, b.int64s([0, 0]), b.int64s([9, 9]), b.int64s([2, 3]), b.int64s([2, 2])]);
  const shortcut = b.op('Pad', [kept, b.int64s([0, 1, 0, 0, 0, 1, 0, 0])]);
  const third = activation(b, b.op('Add', [main, shortcut]));
  const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [third])], { axis: int(1) });
  const w = parameter(b, 'linear.weight', [5, 6], 4, 0.8);
  const bias = parameter(b, 'linear.bias', [5], 5, 0.1);
  b.output(b.op('Gemm', [pooled, w, bias], { transB: int(1) }), 'logits');
  return b.build('small-resnet');
};

/** Classes that the brightness of single channels tells apart, and noise. */
export const smallBatch = (n: number, seed: number): Feeds => {
  const next = numbers(seed);
  const labels = Int32Array.from({ length: n }, (_, i) => i % 5);
  const images = Float32Array.from({ length: n * 3 * 81 }, (_, i) => {
    const [example, channel] = [Math.floor(i / 243), Math.floor(i / 81) % 3];
    return next() + (((labels[example]! + 1) >> channel) & 1 ? 1 : -1) * 0.7;
  });
  return { input: floats(images, [n, 3, 9, 9]), labels: tensor('int32', [n], labels) };
};
