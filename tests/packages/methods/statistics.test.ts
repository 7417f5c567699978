/** Statistics against the slow way: gradients of one picture at a time, and layers run on one channel alone. */
import { type Statistic, statisticOf } from '@topiary/methods';
import { dataOf, floats, type Graph, int, ints, type Tensor, tensor } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { collect, type Feeds, infer } from '@topiary/runtime';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet, smallTransformer } from '../autodiff/_nets.js';

const BATCH = 4;

const slice = ({ dims, data }: Tensor, i: number): Float32Array => {
  const size = data.length / dims[0]!;
  return Float32Array.from(data.slice(i * size, (i + 1) * size) as Float32Array);
};

const labelsOf = (feeds: Feeds): readonly number[] => [...(feeds['labels']!.data as Int32Array)];

const gather = async (statistic: Statistic, forward: Graph, batches: readonly Feeds[], rng = () => 0.5) => {
  const graph = statistic.build(forward, { batch: BATCH });
  const feeds = batches.map((batch) => ({ ...batch, ...statistic.draw(graph, rng) }));
  return statistic.finish(await collect(forward, graph, feeds, statistic), graph);
};

/** Squares of the gradients of single examples: batches of one through the gradient statistic, summed. */
const squaresOneByOne = async (forward: Graph, examples: readonly { image: Float32Array; label: number }[]) => {
  const statistic = statisticOf('gradient');
  const graph = statistic.build(forward, { batch: 1 });
  const sums = new Map<string, Float64Array>();
  for (const { image, label } of examples) {
    const feeds = { input: floats(image, [1, 3, 9, 9]), labels: tensor('int32', [1], Int32Array.of(label)) };
    const found = statistic.finish(await collect(forward, graph, [feeds], statistic), graph);
    for (const [name, g] of found) {
      const sum = sums.get(name) ?? new Float64Array(g.length);
      sums.set(
        name,
        sum.map((value, i) => value + g[i]! ** 2),
      );
    }
  }
  return sums;
};

const examplesOf = (batch: Feeds, labels = labelsOf(batch)) =>
  labels.map((label, i) => ({ image: slice(batch['input']!, i), label }));

const expectSame = (got: Float32Array, wanted: ArrayLike<number>, name: string): void => {
  const largest = Math.max(...Array.from(wanted, Math.abs));
  expect(got, name).toHaveLength(wanted.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!), `${name}[${i}]`).toBeLessThan(2e-4 * largest + 1e-12);
  });
};

describe.each([
  ['a ResNet', smallResnet(), 7],
  ['a transformer', smallTransformer(), 11],
] as const)('on %s', (_name, forward, layers) => {
  const batches = [smallBatch(BATCH, 5), smallBatch(BATCH, 6)];

  it('squared-gradient is the mean of squares of single examples', async () => {
    const wanted = await squaresOneByOne(
      forward,
      batches.flatMap((batch) => examplesOf(batch)),
    );
    const found = await gather(statisticOf('squared-gradient'), forward, batches);
    expect(found.size).toBe(layers);
    for (const [name, h] of found)
      expectSame(
        h,
        wanted.get(name)!.map((sum) => sum / (2 * BATCH)),
        name,
      );
  });

  it('last-squared-gradient is that of the last example alone', async () => {
    const wanted = await squaresOneByOne(forward, examplesOf(batches[1]!).slice(-1));
    const found = await gather(statisticOf('last-squared-gradient'), forward, batches);
    expect(found.size).toBe(layers);
    for (const [name, h] of found) expectSame(h, wanted.get(name)!, name);
  });
});

describe('fisher', () => {
  const forward = smallResnet();
  const batch = smallBatch(BATCH, 7);

  it('is the sum of squares over a batch, for labels that the network draws', async () => {
    const random = randomFrom('gumbel');
    const numbers = Array.from({ length: 5 * BATCH }, () => random.unit());
    const logits = (await infer(forward, { input: batch['input']! }))['logits']!;
    const noisy = numbers.map((u, i) => Number(logits.data[i]) - Math.log(-Math.log(u)));
    const labels = Array.from({ length: BATCH }, (_, n) => {
      const row = noisy.slice(5 * n, 5 * n + 5);
      return row.indexOf(Math.max(...row));
    });
    expect(labels).not.toEqual(labelsOf(batch));
    let i = 0;
    const found = await gather(statisticOf('fisher'), forward, [batch], () => numbers[i++]!);
    const wanted = await squaresOneByOne(forward, examplesOf(batch, labels));
    expect([...found.keys()]).toEqual(['conv1.weight', 'conv2.weight', 'conv3.weight', 'linear.weight']);
    for (const [name, fisher] of found) expectSame(fisher, wanted.get(name)!, name);
  });

  it('draws labels as often as the softmax gives them', async () => {
    const logits = Float64Array.of(1, 0, -1, 0.5, 2);
    const [total, random, draws] = [logits.reduce((sum, z) => sum + Math.exp(z), 0), randomFrom('softmax'), 20_000];
    const graph = statisticOf('fisher').build(forward, { batch: BATCH });
    const counts = new Float64Array(5);
    for (let i = 0; i < draws / BATCH; i += 1) {
      const noise = statisticOf('fisher').draw(graph, () => random.unit())['gumbel']!.data;
      for (let n = 0; n < BATCH; n += 1) {
        const row = Array.from(logits, (z, c) => z + Number(noise[5 * n + c]));
        counts[row.indexOf(Math.max(...row))]! += 1;
      }
    }
    logits.forEach((z, c) => {
      const p = Math.exp(z) / total;
      // five standard deviations of a share
      expect(Math.abs(counts[c]! / draws - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / draws));
    });
  });
});

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
