/** Statistics of gradients against the slow way: one picture at a time. */
import { crossEntropy, drawn } from '@topiary/autodiff';
import { statisticGraph, statisticOf } from '@topiary/methods';
import { floats, type Graph, type Tensor, tensor } from '@topiary/onnx';
import { collect, type Feeds, infer } from '@topiary/runtime';
import { randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { smallBatch, smallResnet, smallTransformer, smallTwice } from '../autodiff/_nets.js';
import { BATCH, expectSame, gather } from './gathering.js';

const slice = ({ dims, data }: Tensor, i: number): Float32Array => {
  const size = data.length / dims[0]!;
  return Float32Array.from(data.slice(i * size, (i + 1) * size) as Float32Array);
};

const labelsOf = (feeds: Feeds): readonly number[] => [...(feeds['labels']!.data as Int32Array)];

/** Squares of the gradients of single examples: batches of one through the gradient statistic, summed. */
const squaresOneByOne = async (forward: Graph, examples: readonly { image: Float32Array; label: number }[]) => {
  const statistic = statisticOf('gradient');
  const graph = statisticGraph(statistic, forward, { batch: 1, loss: crossEntropy() });
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

describe.each([
  ['a ResNet', smallResnet(), 7],
  ['a transformer', smallTransformer(), 11],
  ['layers that are called twice', smallTwice(), 5],
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
    const found = await gather(statisticOf('fisher'), forward, [batch], { rng: () => numbers[i++]! });
    const wanted = await squaresOneByOne(forward, examplesOf(batch, labels));
    expect([...found.keys()]).toEqual(['conv1.weight', 'conv2.weight', 'conv3.weight', 'linear.weight']);
    for (const [name, fisher] of found) expectSame(fisher, wanted.get(name)!, name);
  });

  it('draws labels as often as the softmax gives them', async () => {
    const logits = Float64Array.of(1, 0, -1, 0.5, 2);
    const [total, random, draws] = [logits.reduce((sum, z) => sum + Math.exp(z), 0), randomFrom('softmax'), 20_000];
    const graph = statisticGraph(statisticOf('fisher'), forward, { batch: BATCH, loss: crossEntropy() });
    const counts = new Float64Array(5);
    for (let i = 0; i < draws / BATCH; i += 1) {
      const noise = drawn(graph.draws, () => random.unit())['gumbel']!.data;
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
