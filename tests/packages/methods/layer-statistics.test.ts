/** Statistics of what goes into layers and comes out of them, against layers that onnxruntime runs on one channel alone. */
import { statisticGraph, statisticOf } from '@topiary/methods';
import { dataOf, floats, type Graph, int, ints, type Tensor, tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { collect, type Feeds, infer } from '@topiary/runtime';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet } from '../autodiff/_nets.js';
import { BATCH, expectSame, gather } from './gathering.js';

/** One layer behind a rectifier, so that it is not the one that reads the pictures. */
const behind = (layer: (b: ReturnType<typeof createBuilder>, x: string) => string, dims: readonly number[]): Graph => {
  const b = createBuilder();
  const y = layer(b, b.op('Relu', [b.input('input', 'float32', ['N', ...dims])]));
  const flat = b.op('Flatten', [y], { axis: int(1) });
  const random = randomFrom('head');
  const head = floats(
    Float32Array.from({ length: 3 * Number(b.shape(flat)[1]) }, () => random.between(-1, 1)),
    [3, Number(b.shape(flat)[1])],
  );
  b.initializer({ name: 'head', type: 'float32', dims: head.dims, source: { kind: 'data', data: head.data } });
  b.output(b.op('Gemm', [flat, 'head'], { transB: int(1) }), 'logits');
  b.output(y, 'layer');
  return b.build('behind');
};

const weight = (b: ReturnType<typeof createBuilder>, dims: readonly number[]): string => {
  const random = randomFrom(`weight/${dims}`);
  const size = dims.reduce((n, d) => n * d, 1);
  const data = Float32Array.from({ length: size }, () => random.between(-1, 1));
  return b.initializer({ name: 'weight', type: 'float32', dims, source: { kind: 'data', data } });
};

const STRIDED = {
  kernel_shape: ints([3, 2]),
  strides: ints([2, 1]),
  dilations: ints([1, 2]),
  pads: ints([1, 0, 1, 2]),
};

const CASES: readonly (readonly [string, Graph, number, readonly number[]])[] = [
  [
    'a strided, dilated, padded convolution',
    behind((b, x) => b.op('Conv', [x, weight(b, [5, 4, 3, 2])], STRIDED), [4, 7, 6]),
    1,
    [4, 7, 6],
  ],
  [
    'a grouped convolution',
    behind((b, x) => b.op('Conv', [x, weight(b, [6, 2, 3, 2])], { ...STRIDED, group: int(2) }), [4, 7, 6]),
    2,
    [4, 7, 6],
  ],
  [
    'a pointwise convolution',
    behind((b, x) => b.op('Conv', [x, weight(b, [5, 4, 1, 1])], { kernel_shape: ints([1, 1]) }), [4, 3, 3]),
    1,
    [4, 3, 3],
  ],
];

const inputs = (dims: readonly number[]): Feeds => {
  const random = randomFrom(`inputs/${dims}`);
  const size = BATCH * dims.reduce((n, d) => n * d, 1);
  return {
    input: floats(
      Float32Array.from({ length: size }, () => random.between(-1, 2)),
      [BATCH, ...dims],
    ),
    labels: tensor('int32', [BATCH], Int32Array.of(0, 1, 2, 0)),
  };
};

/** The input with every channel but those chosen set to zero. */
const only = ({ dims, data }: Tensor, chosen: (channel: number) => boolean): Tensor => {
  const inner = dims.slice(2).reduce((n, d) => n * d, 1);
  return floats(
    (data as Float32Array).map((x, i) => (chosen(Math.floor(i / inner) % dims[1]!) ? x : 0)),
    dims,
  );
};

const energyOf = async (graph: Graph, input: Tensor): Promise<number> => {
  const { layer } = await infer(graph, { input });
  return (layer!.data as Float32Array).reduce((sum, y) => sum + y * y, 0);
};

describe('channel-energy', () => {
  it.each(CASES)(
    'of %s is the energy of what onnxruntime makes of that channel alone',
    async (_name, graph, groups, dims) => {
      const feeds = inputs(dims);
      const found = (await gather(statisticOf('channel-energy'), graph, [feeds])).get('weight')!;
      const inner = dims[0]! / groups;
      const wanted: number[] = [];
      for (let c = 0; c < inner; c += 1) {
        // channels of different groups never meet, so their energies add up
        wanted.push(
          await energyOf(
            graph,
            only(feeds['input']!, (channel) => channel % inner === c),
          ),
        );
      }
      expectSame(found, wanted, 'weight');
    },
  );

  it('of a linear layer on tokens is Σ x² Σ w²', async () => {
    const graph = behind((b, x) => b.op('MatMul', [x, weight(b, [4, 5])]), [6, 4]);
    const feeds = inputs([6, 4]);
    const found = (await gather(statisticOf('channel-energy'), graph, [feeds])).get('weight')!;
    const w = dataOf(graph.initializers.get('weight')!) as Float32Array;
    const x = (feeds['input']!.data as Float32Array).map((value) => Math.max(0, value));
    const wanted = [0, 1, 2, 3].map(
      (c) =>
        x.reduce((sum, value, i) => (i % 4 === c ? sum + value ** 2 : sum), 0) *
        w.slice(5 * c, 5 * c + 5).reduce((sum, value) => sum + value ** 2, 0),
    );
    expectSame(found, wanted, 'weight');
  });

  it('leaves out the layer that reads the pictures, which cannot lose inputs', async () => {
    const found = await gather(statisticOf('channel-energy'), smallResnet(), [smallBatch(BATCH, 1)]);
    expect([...found.keys()]).toEqual(['conv2.weight', 'conv3.weight', 'linear.weight']);
  });
});

describe('response-gram', () => {
  const WINDOWS = 10;

  it.each(CASES)(
    'of %s is that of what onnxruntime makes of single channels in the windows drawn',
    async (_name, graph, groups, dims) => {
      const statistic = statisticOf('response-gram');
      const feeds = inputs(dims);
      const random = randomFrom('windows');
      const shares = Array.from({ length: BATCH * WINDOWS * 2 }, () => Math.fround(random.unit()));
      let i = 0;
      const found = (await gather(statistic, graph, [feeds], { rng: () => shares[i++]! })).get('weight')!;
      const inner = dims[0]! / groups;
      const responses: Float32Array[] = [];
      let [outputs, height, width] = [0, 0, 0];
      for (let c = 0; c < inner; c += 1) {
        const { layer } = await infer(graph, { input: only(feeds['input']!, (channel) => channel % inner === c) });
        [, outputs, height, width] = layer!.dims as [number, number, number, number];
        responses.push(layer!.data as Float32Array);
      }
      const wanted = new Float64Array(inner * inner);
      for (let r = 0; r < BATCH * WINDOWS; r += 1) {
        const [y, x] = [Math.floor(shares[2 * r]! * height), Math.floor(shares[2 * r + 1]! * width)];
        for (let o = 0; o < outputs; o += 1) {
          const at = ((Math.floor(r / WINDOWS) * outputs + o) * height + y) * width + x;
          responses.forEach((p, a) => {
            responses.forEach((q, b) => {
              wanted[a * inner + b]! += p[at]! * q[at]!;
            });
          });
        }
      }
      expectSame(found, wanted, 'weight');
    },
  );

  it('of a linear layer on tokens is (XᵀX) ∘ (WWᵀ) over the tokens drawn', async () => {
    const graph = behind((b, x) => b.op('MatMul', [x, weight(b, [4, 5])]), [6, 4]);
    const feeds = inputs([6, 4]);
    const random = randomFrom('tokens');
    const shares = Array.from({ length: BATCH * WINDOWS * 2 }, () => Math.fround(random.unit()));
    let i = 0;
    const found = (await gather(statisticOf('response-gram'), graph, [feeds], { rng: () => shares[i++]! })).get(
      'weight',
    )!;
    const w = dataOf(graph.initializers.get('weight')!) as Float32Array;
    const x = (feeds['input']!.data as Float32Array).map((value) => Math.max(0, value));
    const wanted = new Float64Array(16);
    for (let r = 0; r < BATCH * WINDOWS; r += 1) {
      const row = (Math.floor(r / WINDOWS) * 6 + Math.floor(shares[2 * r]! * 6)) * 4;
      for (let a = 0; a < 4; a += 1) {
        for (let b = 0; b < 4; b += 1) {
          const both = [0, 1, 2, 3, 4].reduce((sum, o) => sum + w[5 * a + o]! * w[5 * b + o]!, 0);
          wanted[4 * a + b]! += x[row + a]! * x[row + b]! * both;
        }
      }
    }
    expectSame(found, wanted, 'weight');
  });
});

describe('map-rank', () => {
  /** Channel 0 is one product of a column and a row, channel 1 the sum of two others: ranks 1 and 2, nothing negative. */
  const picture = (): Tensor => {
    const random = randomFrom('maps');
    const draw = (n: number) => Array.from({ length: n }, () => Math.round(random.between(2, 6)));
    const outer = (): number[] => {
      const [column, row] = [draw(5), draw(6)];
      return column.flatMap((p) => row.map((q) => p * q));
    };
    const second = outer();
    const first = outer();
    const third = outer();
    return floats(Float32Array.from([...second, ...first.map((value, i) => value + third[i]!)]), [1, 2, 5, 6]);
  };

  /** Makes a, b, -a and a + b of the channels a and b. */
  const mixing = (behindIt: (b: ReturnType<typeof createBuilder>, y: string, x: string) => string): Graph => {
    const b = createBuilder();
    const x = b.input('input', 'float32', ['N', 2, 5, 6]);
    const mix = Float32Array.of(1, 0, 0, 1, -1, 0, 1, 1);
    b.initializer({ name: 'mix', type: 'float32', dims: [4, 2, 1, 1], source: { kind: 'data', data: mix } });
    const y = behindIt(b, b.op('Conv', [x, 'mix'], { kernel_shape: ints([1, 1]) }), x);
    const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [y])], { axis: int(1) });
    b.output(b.op('Add', [pooled, b.op('Mul', [pooled, pooled])]), 'logits');
    return b.build('mixing');
  };

  const ranks = async (graph: Graph, weight = 'mix'): Promise<number[]> => {
    const statistic = statisticOf('map-rank');
    const built = statisticGraph(statistic, graph, { batch: 1, loss: null });
    const feeds = { input: picture(), labels: tensor('int32', [1], Int32Array.of(0)) };
    const totals = await collect(graph, built, [feeds, feeds], statistic);
    return [...statistic.finish(totals, built).get(weight)!];
  };

  it('is the rank of the map behind the activation', async () => {
    expect(await ranks(mixing((b, y) => b.op('Relu', [y])))).toEqual([1, 2, 0, 3]);
  });

  it('of a layer without one is that of its own output', async () => {
    expect(await ranks(mixing((b, y) => b.op('MaxPool', [y], { kernel_shape: ints([1, 1]) })))).toEqual([1, 2, 1, 3]);
  });

  it('goes through a residual addition', async () => {
    const graph = mixing((b, y, x) => {
      const shortcut = b.op('Concat', [x, b.op('Pad', [x, b.int64s([0, 0, 0, 0, 0, 0, 0, 0])])], { axis: int(1) });
      return b.op('Relu', [b.op('Add', [y, shortcut])]);
    });
    // a + a, b + b, a - a, b + (a + b)
    expect(await ranks(graph)).toEqual([1, 2, 0, 3]);
  });

  it('of layers that meet in one sum is the rank of the sum, for each of them', async () => {
    const graph = mixing((b, y, x) => {
      const same = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1);
      b.initializer({ name: 'beside', type: 'float32', dims: [4, 2, 1, 1], source: { kind: 'data', data: same } });
      return b.op('Relu', [b.op('Add', [y, b.op('Conv', [x, 'beside'], { kernel_shape: ints([1, 1]) })])]);
    });
    // a + a, b + b, a - a, b + (a + b)
    expect(await ranks(graph)).toEqual([1, 2, 0, 3]);
    expect(await ranks(graph, 'beside')).toEqual([1, 2, 0, 3]);
  });

  it('goes through an activation made of two operators', async () => {
    const graph = mixing((b, y) => b.op('Mul', [y, b.op('HardSigmoid', [y])]));
    // a hard sigmoid above 2.5 is 1, below -2.5 it is 0
    expect(await ranks(graph)).toEqual([1, 2, 0, 3]);
  });
});

describe('fresh-map-rank', () => {
  const numbers = (n: number, seed: number): Float32Array =>
    Float32Array.from({ length: n }, (_, i) => ((i * i * 31 + i * 17 * seed + seed * seed * 7) % 101) / 50 - 1);

  /** A convolution behind which the network itself has a norm and an activation of its own. */
  const graph = (): Graph => {
    const b = createBuilder();
    const x = b.op('Relu', [b.input('input', 'float32', ['N', 3, 7, 6])]);
    const w = numbers(135, 5);
    b.initializer({ name: 'weight', type: 'float32', dims: [5, 3, 3, 3], source: { kind: 'data', data: w } });
    const y = b.op('Conv', [x, 'weight'], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) });
    const shift = b.constant(floats(Float32Array.of(9, 9, 9, 9, 9), [1, 5, 1, 1]));
    b.output(b.op('Flatten', [b.op('GlobalAveragePool', [b.op('Relu', [b.op('Add', [y, shift])])])]), 'logits');
    return b.build('fresh');
  };

  it('is what PyTorch finds behind batch_norm(training=True) and relu, whatever the network puts there', async () => {
    const statistic = statisticOf('fresh-map-rank');
    const built = statisticGraph(statistic, graph(), { batch: 6, loss: null });
    const feeds = {
      input: floats(numbers(6 * 126, 3), [6, 3, 7, 6]),
      labels: tensor('int32', [6], new Int32Array(6)),
    };
    const found = statistic.finish(await collect(graph(), built, [feeds], statistic), built).get('weight')!;
    // torch 2.13: matrix_rank(relu(batch_norm(conv2d(relu(x), w, padding=1), None, None, training=True))).mean(0)
    expectSame(found, [35 / 6, 6, 35 / 6, 6, 32 / 6], 'weight');
  });
});
