/** Operators between convolutions, computed on blocked tensors, beside the same operators in plain layout. */
import { type Attributes, float, floats, type GraphBuilder, int, ints } from '@topiary/onnx';
import type { Feeds } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { BLOCKS, graphOf, holdToPlain, inBlocks } from './_blocked.js';
import { random } from './_support.js';

const ABSTRACT = { domain: 'topiary' } as const;

interface Case {
  readonly title: string;
  readonly x: readonly number[];
  /** Further inputs, by name. */
  readonly feeds?: Feeds;
  readonly build: (b: GraphBuilder, x: string) => string;
  /** Convolutions besides the one that brings x into blocks. */
  readonly convolutions?: number;
  /** Nothing is left in blocks to be turned back. */
  readonly gives?: 'plain';
}

const whole = [3, 32, 5, 6];
/** No multiple of any block. */
const pruned = [3, 21, 5, 6];

const pool = (kernel: readonly number[], stride: number, pads = [0, 0, 0, 0]): Attributes => ({
  kernel_shape: ints(kernel),
  strides: ints([stride, stride]),
  dilations: ints([1, 1]),
  pads: ints(pads),
  ceil_mode: int(0),
});
const counted = { ...pool([2, 2], 2), count_include_pad: int(0) };
const sliceOf = (b: GraphBuilder, x: string, ...values: readonly (readonly number[])[]): string =>
  b.op('Slice', [x, ...values.map((value) => b.int64s(value))]);

const elementwise: readonly Case[] = [
  { title: 'Relu', x: pruned, build: (b, x) => b.op('Relu', [x]) },
  { title: 'Clip', x: whole, build: (b, x) => b.op('Clip', [x, b.scalar(-0.5), b.scalar(0.25)]) },
  { title: 'Gelu', x: pruned, build: (b, x) => b.op('Gelu', [x]) },
  { title: 'HardSwish', x: pruned, build: (b, x) => b.op('HardSwish', [x]) },
  { title: 'Add of itself', x: pruned, build: (b, x) => b.op('Add', [x, b.op('Exp', [x])]) },
  { title: 'Mul by a scalar', x: pruned, build: (b, x) => b.op('Mul', [x, b.scalar(3)]) },
  {
    title: 'Mul by one number per channel',
    x: pruned,
    feeds: { g: random(5, [21, 1, 1]) },
    build: (b, x) => b.op('Mul', [x, 'g']),
  },
  {
    title: 'Mul by one number per channel and example (squeeze and excitation)',
    x: whole,
    feeds: { g: random(5, [3, 32, 1, 1]) },
    build: (b, x) => b.op('Mul', ['g', x]),
  },
  {
    title: 'Sub of a plain tensor',
    x: pruned,
    feeds: { y: random(6, pruned) },
    build: (b, x) => b.op('Sub', ['y', x]),
  },
  { title: 'ReluGrad', x: pruned, build: (b, x) => b.op('ReluGrad', [b.op('Relu', [x]), x], {}, ABSTRACT) },
  {
    title: 'ClipGrad',
    x: whole,
    build: (b, x) => b.op('ClipGrad', [x, b.op('Tanh', [x])], { min: float(-0.5), max: float(0.5) }, ABSTRACT),
  },
  { title: 'LeakyRelu', x: pruned, build: (b, x) => b.op('LeakyRelu', [x], { alpha: float(0.1) }) },
  ...[0.1, -1.5].map((alpha) => ({
    title: `LeakyReluGrad (${alpha})`,
    x: pruned,
    build: (b: GraphBuilder, x: string) =>
      b.op('LeakyReluGrad', [x, b.op('Tanh', [x])], { alpha: float(alpha) }, ABSTRACT),
  })),
  { title: 'Silu', x: pruned, build: (b, x) => b.op('Silu', [x], {}, ABSTRACT) },
  {
    title: 'SiluGrad',
    x: pruned,
    build: (b, x) => b.op('SiluGrad', [x, b.op('Silu', [x], {}, ABSTRACT), b.op('Tanh', [x])], {}, ABSTRACT),
  },
  { title: 'GeluGrad', x: whole, build: (b, x) => b.op('GeluGrad', [x, b.op('Tanh', [x])], {}, ABSTRACT) },
];

const moving: readonly Case[] = [
  { title: 'Slice of every second place', x: pruned, build: (b, x) => sliceOf(b, x, [0, 1], [5, 6], [2, 3], [2, 2]) },
  {
    title: 'Slice of channels, inside blocks',
    x: pruned,
    build: (b, x) => sliceOf(b, x, [3], [20], [1], [1]),
    convolutions: 1,
  },
  {
    title: 'SliceGrad of places',
    x: pruned,
    build: (b, x) => {
      const attributes = { axes: ints([2, 3]), starts: ints([0, 1]), steps: ints([2, 2]), sizes: ints([9, 12]) };
      return b.op('SliceGrad', [x], attributes, ABSTRACT);
    },
  },
  {
    title: 'Pad of channels (shortcut without parameters)',
    x: [3, 16, 4, 4],
    build: (b, x) => b.op('Pad', [x, b.int64s([0, 8, 0, 0, 0, 8, 0, 0])]),
    convolutions: 1,
  },
  {
    title: 'Pad of pruned channels',
    x: pruned,
    build: (b, x) => b.op('Pad', [x, b.int64s([0, 3, 0, 0, 0, 5, 0, 0])]),
    convolutions: 1,
  },
  {
    title: 'Concat of whole blocks',
    x: whole,
    feeds: { y: random(7, [3, 13, 5, 6]) },
    build: (b, x) => b.op('Concat', [x, 'y'], { axis: int(1) }),
  },
  {
    title: 'Expand of a mean',
    x: whole,
    feeds: { m: random(8, [3, 32, 1, 1]) },
    build: (b, x) => b.op('Add', [b.op('Expand', ['m', b.int64s([3, 32, 5, 6])]), x]),
  },
];

const pools: readonly Case[] = [
  { title: 'MaxPool 2x2', x: pruned, build: (b, x) => b.op('MaxPool', [x], pool([2, 2], 2)) },
  { title: 'MaxPool 3x3, overlapping', x: whole, build: (b, x) => b.op('MaxPool', [x], pool([3, 3], 2, [1, 1, 1, 1])) },
  { title: 'AveragePool 2x2', x: pruned, build: (b, x) => b.op('AveragePool', [x], counted) },
  {
    title: 'AveragePool 3x3 with padding',
    x: whole,
    build: (b, x) => b.op('AveragePool', [x], { ...pool([3, 3], 1, [1, 1, 1, 1]), count_include_pad: int(0) }),
  },
  {
    title: 'MaxPoolGrad 2x2, odd size',
    x: [2, 21, 5, 7],
    build: (b, x) => {
      const y = b.op('MaxPool', [x], pool([2, 2], 2));
      return b.op('MaxPoolGrad', [x, y, b.op('Exp', [y])], pool([2, 2], 2), ABSTRACT);
    },
  },
  {
    title: 'AveragePoolGrad 2x2, odd size',
    x: pruned,
    build: (b, x) => b.op('AveragePoolGrad', [x], { ...counted, input_shape: ints([11, 13]) }, ABSTRACT),
  },
  { title: 'GlobalAveragePool', x: pruned, build: (b, x) => b.op('GlobalAveragePool', [x]), gives: 'plain' },
];

const sums: readonly Case[] = [
  {
    title: 'ReduceSum of a bias gradient',
    x: pruned,
    build: (b, x) => b.op('ReduceSum', [x, b.int64s([0, 2, 3])], { keepdims: int(0) }),
    gives: 'plain',
  },
  {
    title: 'ReduceTo one number per channel',
    x: pruned,
    build: (b, x) => b.op('ReduceTo', [x, b.constant(floats(new Float32Array(21), [21, 1, 1]))], {}, ABSTRACT),
    gives: 'plain',
  },
  {
    title: 'ReduceTo one number per channel and example',
    x: pruned,
    build: (b, x) => b.op('ReduceTo', [x, b.constant(floats(new Float32Array(63), [3, 21, 1, 1]))], {}, ABSTRACT),
    gives: 'plain',
  },
];

describe.each(BLOCKS)('blocks of %i channels', (block) => {
  it.each([...elementwise, ...moving, ...pools, ...sums])('$title', async (test) => {
    const feeds = { x: random(1, test.x), ...test.feeds };
    const graph = graphOf(feeds, (b) => ({ result: test.build(b, inBlocks(b, 'x')) }));
    const counts = await holdToPlain(graph, feeds, block);
    expect(counts['Conv']).toBe(1 + (test.convolutions ?? 0));
    // The result alone goes back: nothing on the way left the blocks.
    expect(counts['ReorderOutput'] ?? 0).toBe(test.gives === 'plain' ? 0 : 1);
  });
});

describe.each(BLOCKS)('a norm in blocks of %i channels', (block) => {
  const vectors = (C: number) => ({
    scale: random(12, [C]),
    shift: random(13, [C]),
    mean: random(14, [C]),
    variance: floats(Float32Array.from({ length: C }, (_, i) => 0.5 + i / C)),
  });
  const names = ['scale', 'shift', 'mean', 'variance'];
  const attributes = { epsilon: float(1e-5), momentum: float(0.9) };

  it.each([whole, pruned, [1, 40, 3, 3]].map((dims) => ({ dims })))(
    'trains with $dims, addition and activation included',
    async ({ dims }) => {
      const feeds = { x: random(1, dims), skip: random(2, dims), ...vectors(dims[1]!) };
      const graph = graphOf(feeds, (b) => {
        const [x, skip] = [inBlocks(b, 'x'), inBlocks(b, 'skip')];
        const made = b.ops('BatchNormalizationTrain', [x, ...names], attributes, { ...ABSTRACT, outputs: 5 });
        const y = b.op('Relu', [b.op('Add', [made[0]!, skip])]);
        return Object.fromEntries([y, ...made.slice(1)].map((value, i) => [`y${i}`, value]));
      });
      const counts = await holdToPlain(graph, feeds, block);
      // x and the shortcut come in, Σx² is one, and y with addition and activation is one.
      expect(counts['Conv']).toBe(4);
    },
  );

  it.each([whole, pruned].map((dims) => ({ dims })))('has a gradient of $dims in two nodes', async ({ dims }) => {
    const C = dims[1]!;
    const feeds = {
      x: random(1, dims),
      dY: random(2, dims),
      scale: random(3, [C]),
      mu: random(4, [C]),
      inverse: random(5, [C]),
    };
    const graph = graphOf(feeds, (b) => {
      const inputs = [inBlocks(b, 'x'), 'scale', 'mu', 'inverse', inBlocks(b, 'dY')];
      const made = b.ops('BatchNormalizationTrainGrad', inputs, {}, { ...ABSTRACT, outputs: 3 });
      return Object.fromEntries(made.map((value, i) => [`d${i}`, value]));
    });
    const counts = await holdToPlain(graph, feeds, block);
    expect(counts['Conv']).toBe(2 + 1 + 2);
  });

  it('by given statistics, addition and clipped activation included', async () => {
    const feeds = { x: random(1, pruned), skip: random(2, pruned), ...vectors(21) };
    const graph = graphOf(feeds, (b) => {
      const y = b.op('BatchNormalization', [inBlocks(b, 'x'), ...names], attributes);
      const sum = b.op('Add', [inBlocks(b, 'skip'), y]);
      return { y: b.op('Clip', [sum, b.scalar(0), b.scalar(0.75)]) };
    });
    expect((await holdToPlain(graph, feeds, block))['Conv']).toBe(3);
  });

  it('does not swallow an addition whose operand others read', async () => {
    const feeds = { x: random(1, whole), ...vectors(32) };
    const graph = graphOf(feeds, (b) => {
      const x = inBlocks(b, 'x');
      const y = b.op('BatchNormalization', [x, ...names], attributes);
      return { sum: b.op('Relu', [b.op('Add', [y, x])]), y, twice: b.op('Add', [y, y]) };
    });
    await holdToPlain(graph, feeds, block);
  });
});
