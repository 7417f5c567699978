/**
 * Convolution is linear in x and in w, so <dY, conv(x, w)> = <dX, x> = <dW, w> must hold for every x and w. onnxruntime's
 * own Conv is the oracle; probes that the gradient has not seen make a wrong element show.
 */
import { type Attributes, int, ints } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { dot, evaluate, norm, random } from './_support.js';

interface Case {
  readonly title: string;
  readonly n: number;
  readonly c: number;
  readonly k: number;
  readonly size: readonly number[];
  readonly kernel: readonly number[];
  readonly stride?: number;
  readonly dilation?: number;
  readonly pads?: readonly number[];
  readonly group?: number;
}

const CASES: readonly Case[] = [
  { title: '3x3', n: 3, c: 8, k: 16, size: [9, 9], kernel: [3, 3], pads: [1, 1, 1, 1] },
  { title: '3x3 without padding, odd sizes', n: 2, c: 5, k: 7, size: [7, 11], kernel: [3, 3] },
  { title: '3x3, stride 2, even size', n: 3, c: 8, k: 6, size: [8, 8], kernel: [3, 3], stride: 2, pads: [1, 1, 1, 1] },
  { title: '3x3, stride 2, odd size', n: 3, c: 4, k: 6, size: [9, 7], kernel: [3, 3], stride: 2, pads: [1, 1, 1, 1] },
  { title: '1x1', n: 3, c: 8, k: 4, size: [5, 6], kernel: [1, 1] },
  { title: '1x1, stride 2', n: 3, c: 8, k: 4, size: [5, 6], kernel: [1, 1], stride: 2 },
  { title: '1x1, stride 2, groups', n: 2, c: 8, k: 4, size: [7, 6], kernel: [1, 1], stride: 2, group: 4 },
  { title: 'first layer of three channels', n: 5, c: 3, k: 16, size: [10, 10], kernel: [3, 3], pads: [1, 1, 1, 1] },
  {
    title: '7x7, stride 2, three channels',
    n: 2,
    c: 3,
    k: 8,
    size: [21, 21],
    kernel: [7, 7],
    stride: 2,
    pads: [3, 3, 3, 3],
  },
  { title: 'groups', n: 3, c: 8, k: 12, size: [6, 7], kernel: [3, 3], pads: [1, 1, 1, 1], group: 4 },
  { title: 'depthwise', n: 3, c: 6, k: 6, size: [6, 7], kernel: [3, 3], pads: [1, 1, 1, 1], group: 6 },
  {
    title: 'depthwise, stride 2',
    n: 3,
    c: 6,
    k: 6,
    size: [7, 8],
    kernel: [3, 3],
    stride: 2,
    pads: [1, 1, 1, 1],
    group: 6,
  },
  { title: 'dilation', n: 3, c: 8, k: 4, size: [9, 8], kernel: [3, 3], dilation: 2, pads: [2, 2, 2, 2] },
  {
    title: 'dilation and stride',
    n: 2,
    c: 4,
    k: 4,
    size: [12, 11],
    kernel: [3, 3],
    dilation: 2,
    stride: 2,
    pads: [2, 2, 2, 2],
  },
  { title: 'uneven padding', n: 2, c: 6, k: 6, size: [6, 6], kernel: [2, 2], pads: [0, 1, 1, 0] },
  { title: 'padding wider than the kernel', n: 2, c: 4, k: 4, size: [5, 5], kernel: [3, 3], pads: [3, 3, 3, 3] },
  { title: '1x5 kernel', n: 3, c: 4, k: 4, size: [6, 9], kernel: [1, 5], pads: [0, 2, 0, 2] },
  { title: 'one spatial axis', n: 3, c: 4, k: 6, size: [19], kernel: [5], stride: 2, pads: [2, 2] },
];

const TOLERANCE = 2e-5;

const attributesOf = ({ size, kernel, stride = 1, dilation = 1, pads, group = 1 }: Case): Attributes => ({
  kernel_shape: ints(kernel),
  strides: ints(size.map(() => stride)),
  dilations: ints(size.map(() => dilation)),
  pads: ints(pads ?? [...size, ...size].map(() => 0)),
  group: int(group),
});

const gradients = async (test: Case, perSample = false, standardOnly = false) => {
  const attributes = attributesOf(test);
  const { n, c, k, size, kernel, group = 1 } = test;
  const x = random(1, [n, c, ...size]);
  const w = random(2, [k, c / group, ...kernel]);
  const conv = (feeds: { x: typeof x; w: typeof w }) =>
    evaluate(feeds, (b) => ({ y: b.op('Conv', ['x', 'w'], attributes) })).then(({ y }) => y!);
  const dY = random(3, (await conv({ x, w })).dims);
  const out = await evaluate(
    { x, w, dY },
    (b) => ({
      dX: b.op('ConvInputGrad', ['dY', 'w'], { ...attributes, input_shape: ints(size) }, { domain: 'topiary' }),
      dW: b.op(
        'ConvWeightGrad',
        ['x', 'dY'],
        { ...attributes, per_sample: int(perSample ? 1 : 0) },
        { domain: 'topiary' },
      ),
    }),
    { standardOnly },
  );
  return { x, w, dY, conv, dX: out['dX']!, dW: out['dW']! };
};

describe('plain convolution gradients', () => {
  it.each(CASES)('are the transposes of $title', async (test) => {
    const { x, w, dY, conv, dX, dW } = await gradients(test);
    expect(dX.dims).toEqual(x.dims);
    expect(dW.dims).toEqual(w.dims);
    for (const seed of [11, 12, 13]) {
      const [probeX, probeW] = [random(seed, x.dims), random(seed, w.dims)];
      const alongX = dot(dY, await conv({ x: probeX, w }));
      const alongW = dot(dY, await conv({ x, w: probeW }));
      expect(Math.abs(dot(dX, probeX) - alongX) / (norm(dX) * norm(probeX))).toBeLessThan(TOLERANCE);
      expect(Math.abs(dot(dW, probeW) - alongW) / (norm(dW) * norm(probeW))).toBeLessThan(TOLERANCE);
    }
  });

  it.each(CASES.slice(0, 9))('keep examples apart on request: $title', async (test) => {
    const [sum, apart] = [await gradients(test), await gradients(test, true)];
    const size = sum.dW.data.length;
    expect(apart.dW.dims).toEqual([test.n, ...sum.dW.dims]);
    for (let i = 0; i < size; i += 1) {
      let total = 0;
      for (let n = 0; n < test.n; n += 1) total += Number(apart.dW.data[n * size + i]);
      expect(total).toBeCloseTo(Number(sum.dW.data[i]), 3);
    }
  });

  it.each(CASES.slice(0, 5))('are the same in standard operators only: $title', async (test) => {
    const [fused, standard] = [await gradients(test), await gradients(test, false, true)];
    standard.dW.data.forEach((value: number | bigint, i: number) => {
      expect(Number(value)).toBeCloseTo(Number(fused.dW.data[i]), 4);
    });
  });
});
