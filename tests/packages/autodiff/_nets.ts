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
  [narrow, wide]: readonly [number, number] = [4, 6],
): Graph => {
  const b = createBuilder();
  const missing = (wide - narrow) / 2;
  const input = b.input('input', 'float32', ['N', 3, 9, 9]);
  const first = activation(b, norm(b, conv(b, input, 'conv1', narrow, 1, 1), 'bn1', 10));
  const second = activation(b, b.op('Add', [norm(b, conv(b, first, 'conv2', narrow, 1, 2), 'bn2', 20), first]));
  const main = norm(b, conv(b, second, 'conv3', wide, 2, 3), 'bn3', 30);
  const kept = b.op('Slice', [second, b.int64s([0, 0]), b.int64s([9, 9]), b.int64s([2, 3]), b.int64s([2, 2])]);
  const shortcut = b.op('Pad', [kept, b.int64s([0, missing, 0, 0, 0, missing, 0, 0])]);
  const third = activation(b, b.op('Add', [main, shortcut]));
  const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [third])], { axis: int(1) });
  const w = parameter(b, 'linear.weight', [5, wide], 4, 0.8);
  const bias = parameter(b, 'linear.bias', [5], 5, 0.1);
  b.output(b.op('Gemm', [pooled, w, bias], { transB: int(1) }), 'logits');
  return b.build('small-resnet');
};

/** One convolution with its norm, and one matrix, each called twice. */
export const smallTwice = (activation: (b: GraphBuilder, x: string) => string = (b, x) => b.op('Relu', [x])): Graph => {
  const b = createBuilder();
  const input = b.input('input', 'float32', ['N', 3, 9, 9]);
  const stem = activation(b, conv(b, input, 'stem', 4, 1, 201));
  const first = activation(b, norm(b, conv(b, stem, 'shared', 4, 1, 202), 'bn', 210));
  const { nodes } = b.build('so far');
  const [convolution, normalisation] = ['Conv', 'BatchNormalization'].map((op) => nodes.findLast((n) => n.op === op)!);
  const again = b.op('Conv', [first, ...convolution!.inputs.slice(1)], convolution!.attributes);
  const second = b.op('BatchNormalization', [again, ...normalisation!.inputs.slice(1)], normalisation!.attributes);
  const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [activation(b, second)])], { axis: int(1) });
  const square = parameter(b, 'square.weight', [4, 4], 220, 0.8);
  const mixed = b.op('MatMul', [activation(b, b.op('MatMul', [pooled, square])), square]);
  const head = [parameter(b, 'head.weight', [4, 5], 221, 0.8), parameter(b, 'head.bias', [5], 222, 0.1)];
  b.output(b.op('Gemm', [mixed, ...head]), 'logits');
  return b.build('small-twice');
};

const layerNorm = (b: GraphBuilder, x: string, name: string, seed: number): string => {
  const D = Number(b.shape(x).at(-1));
  const vectors = [parameter(b, `${name}.weight`, [D], seed, 0.2, 1), parameter(b, `${name}.bias`, [D], seed + 1, 0.2)];
  return b.op('LayerNormalization', [x, ...vectors], { axis: int(-1), epsilon: float(1e-5) });
};

const dense = (b: GraphBuilder, x: string, name: string, width: number, seed: number): string => {
  const product = b.op('MatMul', [x, parameter(b, `${name}.weight`, [Number(b.shape(x).at(-1)), width], seed, 0.4)]);
  return b.op('Add', [product, parameter(b, `${name}.bias`, [width], seed + 1, 0.1)]);
};

/** Patches, position embedding, attention with one head, GELU, LayerNormalization: a vision transformer in small. */
export const smallTransformer = (): Graph => {
  const b = createBuilder();
  const D = 12;
  const input = b.input('input', 'float32', ['N', 3, 9, 9]);
  const kernel = parameter(b, 'patches.weight', [D, 3, 3, 3], 101, 0.4);
  const patches = b.op('Conv', [input, kernel], { kernel_shape: ints([3, 3]), strides: ints([3, 3]) });
  const tokens = b.op('Transpose', [b.op('Reshape', [patches, b.int64s([-1, D, 9])])], { perm: ints([0, 2, 1]) });
  const x = b.op('Add', [tokens, parameter(b, 'position', [1, 9, D], 102, 0.3)]); // [N, 9, D]
  const normal = layerNorm(b, x, 'ln1', 110);
  const [q, k, v] = ['q', 'k', 'v'].map((name, i) => dense(b, normal, name, D, 120 + 2 * i));
  const scores = b.op('MatMul', [q!, b.op('Transpose', [k!], { perm: ints([0, 2, 1]) })]);
  const attention = b.op('Softmax', [b.op('Mul', [scores, b.scalar(D ** -0.5)])], { axis: int(-1) });
  const second = b.op('Add', [x, dense(b, b.op('MatMul', [attention, v!]), 'out', D, 130)]);
  const hidden = b.op('Gelu', [dense(b, layerNorm(b, second, 'ln2', 140), 'mlp1', 2 * D, 150)]);
  const third = b.op('Add', [second, dense(b, hidden, 'mlp2', D, 160)]);
  const pooled = b.op('ReduceMean', [layerNorm(b, third, 'ln3', 170), b.int64s([1])], { keepdims: int(0) });
  const head = [parameter(b, 'head.weight', [D, 5], 180, 0.6), parameter(b, 'head.bias', [5], 181, 0.1)];
  b.output(b.op('Gemm', [pooled, ...head]), 'logits');
  return b.build('small-transformer');
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
