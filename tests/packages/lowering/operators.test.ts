/** Lowered operators against onnxruntime's own kernels, linear identities and numbers worked out by hand. */
import {
  type Attributes,
  encode,
  float,
  floats,
  GraphBuilder,
  int,
  ints,
  string,
  tensor,
  toNumbers,
} from '@topiary/onnx';
import type { Feeds } from '@topiary/runtime';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { distance, dot, evaluate, random } from './_support.js';

const ABSTRACT = { domain: 'topiary' } as const;

/** onnxruntime's BatchNormalization with training_mode=1, which our graphs never hold. */
const trainingKernel = async (feeds: Feeds): Promise<Feeds> => {
  const b = new GraphBuilder((_node, [x, scale]) => [x!, scale!, scale!]);
  for (const [name, { type, dims }] of Object.entries(feeds)) b.input(name, type, dims);
  const attributes = { epsilon: float(1e-5), momentum: float(0.9), training_mode: int(1) };
  const outputs = ['y', 'newMean', 'newVariance'];
  for (const value of b.ops('BatchNormalization', Object.keys(feeds), attributes, { outputs })) b.output(value);
  const session = await InferenceSession.create(encode(b.build('kernel')));
  const given = Object.entries(feeds).map(([name, { data, dims }]) => [name, new Tensor('float32', data, dims)]);
  const results = await session.run(Object.fromEntries(given));
  await session.release();
  return Object.fromEntries(outputs.map((name) => [name, floats(results[name]!.data as Float32Array)]));
};

describe('BatchNormalizationTrain', () => {
  const C = 5;
  const feeds = {
    x: random(1, [7, C, 6, 3]),
    scale: random(2, [C]),
    shift: random(3, [C]),
    mean: random(4, [C]),
    variance: floats([1, 2, 3, 4, 5]),
  };
  const inputs = ['x', 'scale', 'shift', 'mean', 'variance'];
  const attributes = { epsilon: float(1e-5), momentum: float(0.9) };

  it("equals onnxruntime's training kernel, but for the unbiased running variance", async () => {
    const ours = await evaluate(feeds, (b) => {
      const [y, mean, variance] = b.ops('BatchNormalizationTrain', inputs, attributes, { ...ABSTRACT, outputs: 5 });
      return { y: y!, newMean: mean!, newVariance: variance! };
    });
    const before = structuredClone(feeds);
    const theirs = await trainingKernel(feeds);
    expect(distance(ours['y']!.data, theirs['y']!.data)).toBeLessThan(1e-6);
    expect(distance(ours['newMean']!.data, theirs['newMean']!.data)).toBeLessThan(1e-6);
    const M = 7 * 6 * 3;
    const unbiased = toNumbers(theirs['newVariance']!).map((v, i) => {
      const old = 0.9 * Number(before.variance.data[i]);
      return old + (v - old) * (M / (M - 1));
    });
    expect(distance(ours['newVariance']!.data, unbiased)).toBeLessThan(1e-6);
  });

  it.each([1, 3])('leaves the running statistics that it was fed alone, with %i outputs read', async (read) => {
    const given = structuredClone(feeds);
    const zeros = floats(new Float32Array(C));
    // One constant for mean and variance: a kernel that wrote into its inputs would mix them up.
    const shared = { ...given, mean: zeros, variance: zeros };
    for (const values of [given, shared]) {
      await evaluate(values, (b) => {
        const outputs = b.ops('BatchNormalizationTrain', inputs, attributes, { ...ABSTRACT, outputs: 5 });
        return Object.fromEntries(outputs.slice(0, read).map((output, i) => [`out${i}`, output]));
      });
    }
    expect(given).toEqual(feeds);
    expect(toNumbers(zeros)).toEqual([0, 0, 0, 0, 0]);
  });

  it('survives a channel that is constant and far from zero', async () => {
    const x = floats(new Float32Array(4 * 2 * 9).fill(1000.1), [4, 2, 3, 3]);
    const [scale, shift] = [floats([1, 1]), floats([0, 0])];
    const { y } = await evaluate({ ...feeds, x, scale, shift, mean: shift, variance: scale }, (b) => ({
      y: b.ops('BatchNormalizationTrain', inputs, attributes, { ...ABSTRACT, outputs: 5 })[0]!,
    }));
    expect(toNumbers(y!).every((value) => Math.abs(value) < 1)).toBe(true);
  });
});

describe('spreading operators are transposes', () => {
  const slices = [
    { title: 'every second pixel', dims: [2, 3, 8, 6], axes: [2, 3], starts: [0, 0], ends: [8, 6], steps: [2, 2] },
    { title: 'odd size, from one', dims: [2, 3, 7, 9], axes: [2, 3], starts: [1, 1], ends: [7, 9], steps: [2, 3] },
    { title: 'channels', dims: [2, 7, 3], axes: [1], starts: [0], ends: [7], steps: [3] },
    { title: 'backwards', dims: [2, 6], axes: [1], starts: [4], ends: [-7], steps: [-2] },
  ];
  it.each(slices)('SliceGrad: $title', async ({ dims, axes, starts, ends, steps }) => {
    const x = random(1, dims);
    const slice = (feeds: { x: typeof x }) =>
      evaluate(feeds, (b) => ({
        y: b.op('Slice', ['x', b.int64s(starts), b.int64s(ends), b.int64s(axes), b.int64s(steps)]),
      })).then(({ y }) => y!);
    const dY = random(2, (await slice({ x })).dims);
    const attributes = {
      axes: ints(axes),
      starts: ints(starts),
      steps: ints(steps),
      sizes: ints(axes.map((axis) => dims[axis]!)),
    };
    const { dX } = await evaluate({ dY }, (b) => ({ dX: b.op('SliceGrad', ['dY'], attributes, ABSTRACT) }));
    expect(dX!.dims).toEqual(dims);
    // Each element of dY moves unchanged: the identity holds exactly but for the order of the sum.
    expect(dot(dX!, x)).toBeCloseTo(dot(dY, await slice({ x })), 4);
    expect(dot(dX!, dX!)).toBeCloseTo(dot(dY, dY), 4);
  });

  const pools = [
    { title: '2x2', size: [8, 6], kernel: [2, 2], stride: 2, pads: [0, 0, 0, 0] },
    { title: '3x3 with padding', size: [7, 6], kernel: [3, 3], stride: 2, pads: [1, 1, 1, 1] },
    { title: '3x3, padding counted', size: [7, 6], kernel: [3, 3], stride: 1, pads: [1, 1, 1, 1], counted: 1 },
    { title: 'windows that miss the end', size: [8, 8], kernel: [3, 3], stride: 3, pads: [0, 0, 0, 0] },
    { title: 'ceiling', size: [8, 7], kernel: [3, 3], stride: 2, pads: [0, 0, 0, 0], ceiling: 1 },
  ];
  const poolAttributes = ({ kernel, stride, pads, counted = 0, ceiling = 0 }: (typeof pools)[number]): Attributes => ({
    kernel_shape: ints(kernel),
    strides: ints(kernel.map(() => stride)),
    dilations: ints(kernel.map(() => 1)),
    pads: ints(pads),
    ceil_mode: int(ceiling),
    count_include_pad: int(counted),
  });
  it.each(pools)('AveragePoolGrad: $title', async (pool) => {
    const x = random(1, [2, 3, ...pool.size]);
    const attributes = poolAttributes(pool);
    const { y } = await evaluate({ x }, (b) => ({ y: b.op('AveragePool', ['x'], attributes) }));
    const dY = random(2, y!.dims);
    const { dX } = await evaluate({ dY }, (b) => ({
      dX: b.op('AveragePoolGrad', ['dY'], { ...attributes, input_shape: ints(pool.size) }, ABSTRACT),
    }));
    expect(dX!.dims).toEqual(x.dims);
    expect(dot(dX!, x)).toBeCloseTo(dot(dY, y!), 4);
    for (const seed of [5, 6]) {
      const probe = random(seed, x.dims);
      const along = await evaluate({ x: probe }, (b) => ({ y: b.op('AveragePool', ['x'], attributes) }));
      expect(dot(dX!, probe)).toBeCloseTo(dot(dY, along['y']!), 4);
    }
  });

  it('MaxPoolGrad hands each window to its maximum', async () => {
    const x = floats([1, 5, 2, 0, 3, 4, 7, 8, 6, 9, 1, 2, 0, 3, 5, 4], [1, 1, 4, 4]);
    const attributes = {
      kernel_shape: ints([3, 3]),
      strides: ints([1, 1]),
      dilations: ints([1, 1]),
      pads: ints([0, 0, 0, 0]),
      ceil_mode: int(0),
    };
    const dY = floats([1, 10, 100, 1000], [1, 1, 2, 2]);
    const { dX } = await evaluate({ x, dY }, (b) => {
      const y = b.op('MaxPool', ['x'], attributes);
      return { dX: b.op('MaxPoolGrad', ['x', y, 'dY'], attributes, ABSTRACT) };
    });
    // Windows at (0,0), (1,0), (1,1) have their maximum 9 at (2,1); the one at (0,1) too.
    const expected = new Array(16).fill(0);
    expected[9] = 1111;
    expect(toNumbers(dX!)).toEqual(expected);
  });
});

describe('small operators', () => {
  it('ReluGrad and ClipGrad pass strictly inside their bounds', async () => {
    const y = floats([-1, 0, 1e-20, 0.5, 5.999, 6, 7]);
    const dY = floats([1, 2, 3, 4, 5, 6, 7]);
    const out = await evaluate({ y, dY }, (b) => ({
      relu: b.op('ReluGrad', ['y', 'dY'], {}, ABSTRACT),
      clip: b.op('ClipGrad', ['y', 'dY'], { min: float(0), max: float(6) }, ABSTRACT),
    }));
    expect(toNumbers(out['relu']!)).toEqual([0, 0, 3, 4, 5, 6, 7]);
    expect(toNumbers(out['clip']!)).toEqual([0, 0, 3, 4, 5, 0, 0]);
  });

  it('ClipGrad is exact at bounds that are not round numbers', async () => {
    const bounds = [-0.7, 0.3].map(Math.fround);
    const y = floats([bounds[0]!, -0.69999, 0.29999, bounds[1]!]);
    const { dX } = await evaluate({ y, dY: floats([1, 2, 3, 4]) }, (b) => ({
      dX: b.op('ClipGrad', ['y', 'dY'], { min: float(-0.7), max: float(0.3) }, ABSTRACT),
    }));
    expect(toNumbers(dX!)).toEqual([0, 2, 3, 0]);
  });

  it.each([
    { from: [4, 3, 5, 5], to: [3, 1, 1] },
    { from: [4, 3, 5, 5], to: [1, 3, 1, 5] },
    { from: [6, 7], to: [7] },
    { from: [2, 3, 8], to: [8] },
    { from: [2, 3, 8], to: [] },
    { from: [2, 3, 8], to: [2, 1, 8] },
  ])('ReduceTo sums $from to $to', async ({ from, to }) => {
    const dY = random(1, from);
    const like = random(2, to);
    // <dY, broadcast(v)> = <ReduceTo(dY), v>
    const out = await evaluate({ dY, like }, (b) => ({
      dX: b.op('ReduceTo', ['dY', 'like'], {}, ABSTRACT),
      wide: b.op('Mul', ['dY', 'like']),
    }));
    expect(out['dX']!.dims).toEqual(to);
    expect(dot(out['dX']!, like)).toBeCloseTo(
      toNumbers(out['wide']!).reduce((sum, value) => sum + value, 0),
      3,
    );
  });

  it('SigmoidCrossEntropy follows the formula, and is finite where a sigmoid is 0 or 1', async () => {
    const x = floats([-200, -2, 0, 3, 200]);
    const t = floats([0, 0.25, 0.5, 1, 0.5]);
    const out = await evaluate({ x, t }, (b) => ({ loss: b.op('SigmoidCrossEntropy', ['x', 't'], {}, ABSTRACT) }));
    const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
    const by = (v: number, p: number) => -p * Math.log(sigmoid(v)) - (1 - p) * Math.log(1 - sigmoid(v));
    [0, by(-2, 0.25), Math.log(2), by(3, 1), 100].forEach((expected, i) => {
      expect(out['loss']!.data[i]).toBeCloseTo(expected, 5);
    });
  });

  it('SoftmaxCrossEntropy and its gradient follow the formula, with and without weights', async () => {
    const logits = floats([1, 2, 3, 0, -1, 0.5], [2, 3]);
    const labels = tensor('int32', [2], Int32Array.from([2, 0]));
    const weight = floats([1, 3]);
    const dLoss = floats([2], []);
    const out = await evaluate({ logits, labels, weight, dLoss }, (b) => {
      const named = ABSTRACT;
      const [loss, logp] = b.ops('SoftmaxCrossEntropy', ['logits', 'labels'], {}, { ...named, outputs: 2 });
      const [weighted] = b.ops('SoftmaxCrossEntropy', ['logits', 'labels', 'weight'], {}, { ...named, outputs: 2 });
      return {
        loss: loss!,
        weighted: weighted!,
        plain: b.op('SoftmaxCrossEntropyGrad', [logp!, 'labels', 'dLoss'], {}, named),
        heavy: b.op('SoftmaxCrossEntropyGrad', [logp!, 'labels', 'dLoss', 'weight'], {}, named),
      };
    });
    const rows = [
      [1, 2, 3],
      [0, -1, 0.5],
    ] as const;
    const p = rows.map((row) =>
      row.map((z) => Math.exp(z) / row.reduce<number>((sum, other) => sum + Math.exp(other), 0)),
    );
    const [a, c] = [-Math.log(p[0]![2]!), -Math.log(p[1]![0]!)];
    expect(out['loss']!.data[0]).toBeCloseTo((a + c) / 2, 5);
    expect(out['weighted']!.data[0]).toBeCloseTo((a + 3 * c) / 4, 5);
    const slopes = p.map((row, n) => row.map((q, k) => q - (k === [2, 0][n] ? 1 : 0)));
    expect(
      distance(
        out['plain']!.data,
        slopes.flat().map((s) => s),
      ),
    ).toBeLessThan(1e-5);
    const weights = [2 * (1 / 4), 2 * (3 / 4)];
    expect(
      distance(
        out['heavy']!.data,
        slopes.flatMap((row, n) => row.map((s) => s * weights[n]!)),
      ),
    ).toBeLessThan(1e-5);
  });

  it.each(['none', 'tanh'])('GeluGrad (%s) is the slope of Gelu', async (approximate) => {
    const grid = Array.from({ length: 33 }, (_, i) => (i - 16) / 4);
    const h = 2 ** -5;
    const shifted = (by: number) => floats(grid.map((v) => v + by));
    const attributes = { approximate: string(approximate) };
    const out = await evaluate(
      {
        x: shifted(0),
        dY: floats(grid.map(() => 1)),
        up: shifted(h),
        down: shifted(-h),
        up2: shifted(h / 2),
        down2: shifted(-h / 2),
      },
      (b) => {
        const gelu = (x: string): string => b.op('Gelu', [x], attributes);
        const slope = (p: string, q: string): string => b.op('Sub', [gelu(p), gelu(q)]);
        return {
          dX: b.op('GeluGrad', ['x', 'dY'], attributes, ABSTRACT),
          coarse: slope('up', 'down'),
          fine: slope('up2', 'down2'),
        };
      },
    );
    toNumbers(out['dX']!).forEach((value, i) => {
      const coarse = Number(out['coarse']!.data[i]) / (2 * h);
      const fine = Number(out['fine']!.data[i]) / h;
      expect(value).toBeCloseTo((4 * fine - coarse) / 3, 4);
    });
  });
});
