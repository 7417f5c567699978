/**
 * Two networks that do not classify: a denoiser that also reads a timestep, and one trunk with two heads. Every number is
 * a sine, so that another library can make the same: element i of tensor s is shift + scale · sin(1.7 i + s).
 */
import type { Loss } from '@topiary/autodiff';
import { float, floats, type Graph, type GraphBuilder, int, ints, type Tensor, tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import type { Feeds } from '@topiary/runtime';

export const sines = (dims: readonly number[], seed: number, scale = 1, shift = 0): Tensor => {
  const size = dims.reduce((n, dim) => n * dim, 1);
  return floats(
    Float32Array.from({ length: size }, (_, i) => shift + scale * Math.sin(1.7 * i + seed)),
    dims,
  );
};

const given = (
  b: GraphBuilder,
  name: string,
  dims: readonly number[],
  seed: number,
  scale: number,
  shift = 0,
): string =>
  b.initializer({ name, type: 'float32', dims, source: { kind: 'data', data: sines(dims, seed, scale, shift).data } });

const conv = (b: GraphBuilder, x: string, name: string, dims: readonly number[], seed: number): string => {
  const parameters = [given(b, `${name}.weight`, dims, seed, 0.3), given(b, `${name}.bias`, [dims[0]!], seed + 1, 0.1)];
  return b.op('Conv', [x, ...parameters], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) });
};

const linear = (b: GraphBuilder, x: string, name: string, dims: readonly number[], seed: number): string => {
  const parameters = [given(b, `${name}.weight`, dims, seed, 0.5), given(b, `${name}.bias`, [dims[0]!], seed + 1, 0.1)];
  return b.op('Gemm', [x, ...parameters], { transB: int(1) });
};

const STEPS = 10;

/** ε̂(x, t): a map and an int64 timestep go in, a map comes out. */
export const denoiser = (): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 2, 6, 6]);
  const t = b.input('t', 'int64', ['N']);
  const time = linear(b, b.op('Gather', [given(b, 'table', [STEPS, 5], 1, 1), t]), 'time', [8, 5], 2);
  const shifted = b.op('Add', [conv(b, x, 'conv1', [8, 2, 3, 3], 4), b.op('Unsqueeze', [time, b.int64s([2, 3])])]);
  const hidden = b.op('Relu', [conv(b, b.op('Relu', [shifted]), 'conv2', [6, 8, 3, 3], 6)]);
  b.output(conv(b, hidden, 'conv3', [2, 6, 3, 3], 8), 'noise');
  return b.build('denoiser');
};

export const denoiserBatch = (size: number, seed: number): Feeds => ({
  x: sines([size, 2, 6, 6], seed),
  t: tensor(
    'int64',
    [size],
    BigInt64Array.from({ length: size }, (_, i) => BigInt((3 * i + seed) % STEPS)),
  ),
  target: sines([size, 2, 6, 6], seed + 0.5),
});

const meanOf = (b: GraphBuilder, x: string): string => b.op('ReduceMean', [x], { keepdims: int(0) });

/** Mean over examples and elements of (y - target)². */
export const meanSquaredError = (output = 0): Loss => ({
  id: 'mean-squared-error',
  build: ({ b, outputs }) => {
    const y = outputs[output]!;
    const apart = b.op('Sub', [y, b.input('target', 'float32', b.shape(y))]);
    return { loss: meanOf(b, b.op('Mul', [apart, apart])), metrics: {} };
  },
  perExample: () => meanSquaredError(output),
  sampled: () => null,
});

/** One trunk with a norm, a head of three classes and a head of four numbers. */
export const twoHeads = (): Graph => {
  const b = createBuilder();
  const x = b.input('x', 'float32', ['N', 1, 6, 6]);
  const vectors = ['weight', 'bias', 'running_mean', 'running_var'].map((name, i) =>
    given(b, `norm.${name}`, [6], 20 + i, 0.3, i % 3 === 0 ? 1 : 0),
  );
  const normal = b.op('BatchNormalization', [conv(b, x, 'stem', [6, 1, 3, 3], 10), ...vectors], {
    epsilon: float(1e-5),
    momentum: float(0.9),
  });
  const wide = b.op('Relu', [conv(b, b.op('Relu', [normal]), 'body', [7, 6, 3, 3], 12)]);
  const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [wide])], { axis: int(1) });
  b.output(linear(b, pooled, 'classes', [3, 7], 14), 'logits');
  b.output(linear(b, pooled, 'box', [4, 7], 16), 'corners');
  return b.build('two-heads');
};

export const twoHeadsBatch = (size: number, seed: number): Feeds => ({
  x: sines([size, 1, 6, 6], seed),
  classes: tensor(
    'int32',
    [size],
    Int32Array.from({ length: size }, (_, i) => (i + seed) % 3),
  ),
  target: sines([size, 4], seed + 0.5),
});

/** Cross-entropy of the first head and half the mean squared error of the second. */
export const bothHeads = (): Loss => ({
  id: 'both-heads',
  build: (c) => {
    const { b, outputs } = c;
    const labels = b.input('classes', 'int32', b.shape(outputs[0]!).slice(0, 1));
    const [first] = b.ops('SoftmaxCrossEntropy', [outputs[0]!, labels], {}, { domain: 'topiary', outputs: 2 });
    const { loss: second } = meanSquaredError(1).build(c);
    return { loss: b.op('Add', [first!, b.op('Mul', [second, b.scalar(0.5)])]), metrics: {} };
  },
  perExample: bothHeads,
  sampled: () => null,
});
