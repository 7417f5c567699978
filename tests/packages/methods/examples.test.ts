/** Squares of single examples' gradients wherever a network puts its examples, against batches of one. */
import type { Loss } from '@topiary/autodiff';
import { statisticOf } from '@topiary/methods';
import { floats, type Graph, type GraphBuilder, int, ints } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import type { Feeds } from '@topiary/runtime';
import { describe, expect, it } from 'vitest';
import { random } from '../lowering/_support.js';
import { expectSame, gather } from './gathering.js';

const EXAMPLES = 6;
const TOKENS = 4;
const WIDTH = 6;

const weight = (b: GraphBuilder, name: string, dims: readonly number[], seed: number): string =>
  b.initializer({ name, type: 'float32', dims, source: { kind: 'data', data: random(seed, dims).data } });

type Body = (b: GraphBuilder, x: string) => string;

/** Tokens [N, 4, 6] through a body and a head of three numbers. */
const network = (body: Body): Graph => {
  const b = createBuilder();
  const y = body(b, b.input('x', 'float32', ['N', TOKENS, WIDTH]));
  const pooled = b.op('ReduceMean', [b.op('Relu', [y]), b.int64s([1])], { keepdims: int(0) });
  b.output(b.op('MatMul', [pooled, weight(b, 'head', [WIDTH, 3], 9)]), 'y');
  return b.build('tokens');
};

const reshape = (b: GraphBuilder, x: string, dims: readonly number[]): string => b.op('Reshape', [x, b.int64s(dims)]);
const swapped = (b: GraphBuilder, x: string): string => b.op('Transpose', [x], { perm: ints([1, 0, 2]) });
const square = (b: GraphBuilder): string => weight(b, 'square', [WIDTH, WIDTH], 1);

const NETWORKS: readonly (readonly [string, Body, number])[] = [
  ['tokens in front of their channels', (b, x) => b.op('MatMul', [x, square(b)]), 128],
  [
    'tokens before examples',
    (b, x) => {
      const norm = [weight(b, 'scale', [WIDTH], 2), weight(b, 'shift', [WIDTH], 3)];
      const y = b.op('MatMul', [swapped(b, x), square(b)]);
      return swapped(b, b.op('LayerNormalization', [y, ...norm], { axis: int(-1) }));
    },
    128,
  ],
  ...(['GroupNormalization', 'InstanceNormalization'] as const).map((op): readonly [string, Body, number] => [
    `a ${op} of channels`,
    (b, x) => {
      const norm = [weight(b, 'scale', [WIDTH], 2), weight(b, 'shift', [WIDTH], 3)];
      const [attributes, domain] = op === 'GroupNormalization' ? [{ num_groups: int(2) }, 'topiary'] : [{}, ''];
      const channels = b.op('Transpose', [b.op('MatMul', [x, square(b)])], { perm: ints([0, 2, 1]) });
      return b.op('Transpose', [b.op(op, [channels, ...norm], attributes, { domain })], { perm: ints([0, 2, 1]) });
    },
    128,
  ]),
  [
    'windows of tokens',
    (b, x) => reshape(b, b.op('MatMul', [reshape(b, x, [-1, 2, WIDTH]), square(b)]), [-1, 4, 6]),
    1,
  ],
  ['rows of all tokens', (b, x) => reshape(b, b.op('Gemm', [reshape(b, x, [-1, WIDTH]), square(b)]), [-1, 4, 6]), 1],
  [
    'rows of all examples, token by token',
    (b, x) => {
      const rows = reshape(b, swapped(b, x), [-1, WIDTH]);
      return swapped(b, reshape(b, b.op('Gemm', [rows, square(b)], { transB: int(1) }), [TOKENS, -1, WIDTH]));
    },
    1,
  ],
  [
    'pictures of an example side by side',
    (b, x) => {
      const maps = reshape(b, x, [-1, 2, 3, 2]);
      const kernel = weight(b, 'kernel', [2, 2, 3, 3], 4);
      return reshape(b, b.op('Conv', [maps, kernel], { pads: ints([1, 1, 1, 1]) }), [-1, TOKENS, WIDTH]);
    },
    1,
  ],
  [
    'a weight that two layers read',
    (b, x) => {
      const w = square(b);
      return b.op('MatMul', [b.op('Relu', [b.op('MatMul', [x, w])]), w]);
    },
    128,
  ],
];

/** Mean over the batch of (y · m)², divided by how much m there is: the batch's own for `whole`, else each example's. */
const weighted = (whole: boolean): Loss => ({
  id: whole ? 'weighted-by-batch' : 'weighted-by-example',
  build: ({ b, outputs: [y] }) => {
    const m = b.input('m', 'float32', b.shape(y!).slice(0, 1));
    const squares = b.op('ReduceSum', [b.op('Mul', [y!, y!]), b.int64s([1])], { keepdims: int(0) });
    const each = b.op('Mul', [squares, m]);
    const share = whole ? b.op('ReduceMean', [m], { keepdims: int(0) }) : b.op('Mul', [m, m]);
    return { loss: b.op('ReduceMean', [b.op('Div', [each, share])], { keepdims: int(0) }), metrics: {} };
  },
  perExample: () => weighted(false),
  sampled: () => null,
});

const values = random(7, [EXAMPLES, TOKENS, WIDTH]).data as Float32Array;
const masses = Float32Array.of(1, 0.25, 2, 0.5, 3, 1);

/** The six examples in batches of one size. */
const batchesOf = (size: number): Feeds[] =>
  Array.from({ length: EXAMPLES / size }, (_, i) => ({
    x: floats(values.slice(i * size * 24, (i + 1) * size * 24), [size, TOKENS, WIDTH]),
    m: floats(masses.slice(i * size, (i + 1) * size), [size]),
  }));

const squaresOneByOne = async (forward: Graph, examples: readonly Feeds[]): Promise<Map<string, Float64Array>> => {
  const sums = new Map<string, Float64Array>();
  for (const example of examples) {
    for (const [name, g] of await gather(statisticOf('gradient'), forward, [example], {
      batch: 1,
      loss: weighted(false),
    })) {
      const sum = sums.get(name) ?? new Float64Array(g.length);
      sums.set(
        name,
        sum.map((total, i) => total + g[i]! ** 2),
      );
    }
  }
  return sums;
};

describe.each(NETWORKS)('with %s', (_name, body, most) => {
  const forward = network(body);
  const taken = (id: string) => {
    const batch = Math.min(3, statisticOf(id).batch(forward));
    return gather(statisticOf(id), forward, batchesOf(batch), { batch, loss: weighted(true) });
  };

  it('squared-gradient is the mean of squares of each example by itself', async () => {
    expect(statisticOf('squared-gradient').batch(forward)).toBe(most);
    const wanted = await squaresOneByOne(forward, batchesOf(1));
    const found = await taken('squared-gradient');
    expect([...found.keys()].sort()).toEqual([...wanted.keys()].filter((name) => name !== 'shift').sort());
    for (const [name, h] of found)
      expectSame(
        h,
        wanted.get(name)!.map((sum) => sum / EXAMPLES),
        name,
      );
  });

  it('last-squared-gradient is that of the last example', async () => {
    const wanted = await squaresOneByOne(forward, batchesOf(1).slice(-1));
    for (const [name, h] of await taken('last-squared-gradient')) expectSame(h, wanted.get(name)!, name);
  });

  it('statistics that look forward do not mind', async () => {
    for (const id of ['activation-mean', 'channel-energy', 'response-gram']) {
      const found = await gather(statisticOf(id), forward, batchesOf(3), { batch: 3, loss: null });
      expect([...found.keys()]).toContain('head');
      for (const numbers of found.values()) expect(numbers.every(Number.isFinite)).toBe(true);
    }
  });
});

it('the energy of a weight that two layers read is that of both', async () => {
  const w = random(1, [WIDTH, WIDTH]).data as Float32Array;
  const [, twice] = NETWORKS.at(-1)!;
  const found = await gather(statisticOf('channel-energy'), network(twice), batchesOf(3), { batch: 3, loss: null });
  // Σ h² Σ w² over rows h = relu(x w); the first of the layers reads what the network is given and is left out
  const energy = new Float64Array(WIDTH);
  for (let row = 0; row < EXAMPLES * TOKENS; row += 1) {
    for (let c = 0; c < WIDTH; c += 1) {
      let h = 0;
      for (let k = 0; k < WIDTH; k += 1) h += values[row * WIDTH + k]! * w[k * WIDTH + c]!;
      energy[c]! += Math.max(0, h) ** 2;
    }
  }
  const rows = energy.map((sum, c) => sum * w.slice(c * WIDTH, (c + 1) * WIDTH).reduce((total, v) => total + v * v, 0));
  expectSame(found.get('square')!, rows, 'square');
});
