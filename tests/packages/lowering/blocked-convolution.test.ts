/** Convolutions in blocks and their gradients beside the plain ones, and which of them are computed in blocks at all. */
import { type Attributes, int, ints } from '@topiary/onnx';
import { describe, expect, it } from 'vitest';
import { BLOCKS, graphOf, holdToPlain } from './_blocked.js';
import { random } from './_support.js';

interface Case {
  readonly title: string;
  readonly n: number;
  readonly c: number;
  readonly k: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride?: number;
  readonly dilation?: number;
  readonly pads?: readonly number[];
  readonly group?: number;
  /** What blocks of 8 and of 16 channels compute: y, dX, dW. */
  readonly blocked: readonly [string, string];
}

const same = [1, 1, 1, 1];
const three = [3, 3] as const;
const ALL = ['y dX dW', 'y dX dW'] as const;
const NONE = ['', ''] as const;

const CASES: readonly Case[] = [
  { title: '3x3', n: 16, c: 16, k: 32, size: [9, 9], kernel: three, pads: same, blocked: ALL },
  { title: '3x3, many channels', n: 16, c: 48, k: 64, size: [4, 4], kernel: three, pads: same, blocked: ALL },
  {
    title: '3x3, no padding, odd sizes',
    n: 8,
    c: 16,
    k: 16,
    size: [7, 11],
    kernel: three,
    blocked: ALL,
  },
  { title: '3x3, pruned channels', n: 16, c: 13, k: 22, size: [8, 8], kernel: three, pads: same, blocked: ALL },
  { title: '3x3, odd batch', n: 13, c: 16, k: 16, size: [6, 6], kernel: three, pads: same, blocked: ALL },
  {
    title: '3x3, batch of one',
    n: 1,
    c: 16,
    k: 16,
    size: [6, 6],
    kernel: three,
    pads: same,
    blocked: ['y dX dW', 'y dX'],
  },
  { title: 'strips, odd rows', n: 6, c: 16, k: 16, size: [7, 6], kernel: three, pads: same, blocked: ALL },
  { title: 'strips, stride 2', n: 5, c: 21, k: 32, size: [11, 9], kernel: three, stride: 2, pads: same, blocked: ALL },
  {
    title: 'strips, first layer',
    n: 4,
    c: 3,
    k: 16,
    size: [16, 16],
    kernel: [7, 7],
    stride: 2,
    pads: [3, 3, 3, 3],
    blocked: ['y dX dW', 'y dW'],
  },
  { title: 'strips, 1x1, stride 2', n: 3, c: 16, k: 32, size: [15, 8], kernel: [1, 1], stride: 2, blocked: ALL },
  {
    title: 'one row, small batch',
    n: 3,
    c: 16,
    k: 16,
    size: [1, 8],
    kernel: three,
    pads: same,
    blocked: ['y dX', 'y dX'],
  },
  {
    title: 'stride 2, even size',
    n: 16,
    c: 16,
    k: 32,
    size: [8, 8],
    kernel: three,
    stride: 2,
    pads: same,
    blocked: ALL,
  },
  {
    title: 'stride 2, odd size',
    n: 16,
    c: 19,
    k: 32,
    size: [9, 7],
    kernel: three,
    stride: 2,
    pads: same,
    blocked: ALL,
  },
  { title: 'stride 3', n: 16, c: 16, k: 16, size: [10, 11], kernel: three, stride: 3, pads: same, blocked: ALL },
  { title: '1x1', n: 16, c: 32, k: 16, size: [5, 6], kernel: [1, 1], blocked: ALL },
  { title: '1x1, stride 2', n: 16, c: 16, k: 32, size: [5, 6], kernel: [1, 1], stride: 2, blocked: ALL },
  { title: 'first layer', n: 16, c: 3, k: 16, size: [10, 10], kernel: three, pads: same, blocked: ['y dX dW', 'y dW'] },
  {
    title: 'first layer, pruned',
    n: 11,
    c: 3,
    k: 13,
    size: [9, 9],
    kernel: three,
    pads: same,
    blocked: ['y dW', 'y dW'],
  },
  {
    title: '7x7, stride 2, C = 3',
    n: 16,
    c: 3,
    k: 16,
    size: [21, 21],
    kernel: [7, 7],
    stride: 2,
    pads: [3, 3, 3, 3],
    blocked: ['y dX dW', 'y dW'],
  },
  { title: 'depthwise', n: 3, c: 32, k: 32, group: 32, size: [6, 7], kernel: three, pads: same, blocked: ALL },
  { title: 'depthwise, pruned', n: 3, c: 27, k: 27, group: 27, size: [6, 7], kernel: three, pads: same, blocked: ALL },
  {
    title: 'depthwise, stride 2',
    n: 3,
    c: 16,
    k: 16,
    group: 16,
    size: [7, 8],
    kernel: three,
    stride: 2,
    pads: same,
    blocked: ALL,
  },
  {
    title: 'depthwise 7x7',
    n: 2,
    c: 16,
    k: 16,
    group: 16,
    size: [9, 9],
    kernel: [7, 7],
    pads: [3, 3, 3, 3],
    blocked: ALL,
  },
  {
    title: 'dilation',
    n: 16,
    c: 16,
    k: 16,
    size: [9, 8],
    kernel: three,
    dilation: 2,
    pads: [2, 2, 2, 2],
    blocked: ['y dX', 'y dX'],
  },
  { title: 'uneven padding', n: 16, c: 16, k: 16, size: [6, 6], kernel: [2, 2], pads: [0, 1, 1, 0], blocked: ALL },
  { title: '1x5 kernel', n: 16, c: 16, k: 16, size: [6, 9], kernel: [1, 5], pads: [0, 2, 0, 2], blocked: ALL },
  {
    title: 'padding wider than the kernel',
    n: 16,
    c: 16,
    k: 16,
    size: [5, 5],
    kernel: three,
    pads: [3, 3, 3, 3],
    blocked: ['y dW', 'y dW'],
  },
  { title: 'groups', n: 16, c: 32, k: 32, group: 2, size: [6, 7], kernel: three, pads: same, blocked: NONE },
  { title: 'few channels', n: 16, c: 4, k: 4, size: [6, 7], kernel: three, pads: same, blocked: ['y dW', ''] },
];

const attributesOf = ({ kernel, stride = 1, dilation = 1, pads, group = 1 }: Case): Attributes => ({
  kernel_shape: ints(kernel),
  strides: ints([stride, stride]),
  dilations: ints([dilation, dilation]),
  pads: ints(pads ?? [0, 0, 0, 0]),
  group: int(group),
});

const outputSize = ({ size, kernel, stride = 1, dilation = 1, pads = [0, 0, 0, 0] }: Case): number[] =>
  size.map((n, i) => Math.floor((n + pads[i]! + pads[i + 2]! - dilation * (kernel[i]! - 1) - 1) / stride) + 1);

const graphsOf = (test: Case) => {
  const attributes = attributesOf(test);
  const { n, c, k, size, kernel, group = 1 } = test;
  const x = random(1, [n, c, ...size]);
  const w = random(2, [k, c / group, ...kernel]);
  const bias = random(4, [k]);
  const dY = random(3, [n, k, ...outputSize(test)]);
  const inputGrad = { ...attributes, input_shape: ints(size) };
  const weightGrad = { ...attributes, per_sample: int(0) };
  return {
    y: { feeds: { x, w, bias }, build: ['Conv', ['x', 'w', 'bias'], attributes, {}] },
    dX: { feeds: { dY, w }, build: ['ConvInputGrad', ['dY', 'w'], inputGrad, { domain: 'topiary' }] },
    dW: { feeds: { x, dY }, build: ['ConvWeightGrad', ['x', 'dY'], weightGrad, { domain: 'topiary' }] },
  } as const;
};

describe.each(BLOCKS)('blocks of %i channels', (block) => {
  it.each(CASES)('$title', async (test) => {
    const taken: string[] = [];
    for (const [name, { feeds, build }] of Object.entries(graphsOf(test))) {
      const [op, inputs, attributes, options] = build;
      const graph = graphOf(feeds, (b) => ({ [name]: b.op(op, inputs, attributes, options) }));
      const counts = await holdToPlain(graph, feeds, block);
      if (counts['Conv']) taken.push(name);
    }
    expect(taken.join(' ')).toBe(test.blocked[BLOCKS.indexOf(block)]);
  });
});
