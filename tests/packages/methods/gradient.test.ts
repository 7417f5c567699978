/** The gradient statistic against central differences of the loss that onnxruntime computes, and Taylor on top of it. */
import { crossEntropy } from '@topiary/autodiff';
import { checkParameters, methodOf, scoreGroups, statisticGraph, statisticOf } from '@topiary/methods';
import { type Graph, withData } from '@topiary/onnx';
import { findGroups } from '@topiary/pruning';
import { collect } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { buildModel, materialize, ResnetTiny, randomFrom } from '@topiary/zoo';
import { expect, it } from 'vitest';
import { evaluate } from '../../helpers/evaluate.js';

const BATCH = 4;
const PIXELS = 3 * 32 * 32;

const feedsOf = (graph: Graph, index: number) => {
  const random = randomFrom(`gradient/${index}`);
  const images = Float32Array.from({ length: BATCH * PIXELS }, () => random.between(-1, 1));
  return classificationFeeds(
    graph,
    images,
    [1, 3, 5, 7].map((label) => (label + index) % 10),
  );
};

const collected = async (graph: Graph) => {
  const gradient = statisticOf('gradient');
  const built = statisticGraph(gradient, graph, { batch: BATCH, loss: crossEntropy() });
  const totals = await collect(graph, built, [feedsOf(graph, 0), feedsOf(graph, 1)], gradient);
  return gradient.finish(totals, built);
};

/** The network moved along a direction in the space of all its parameters. */
const moved = (graph: Graph, direction: ReadonlyMap<string, Float32Array>, by: number): Graph => {
  const initializers = new Map(graph.initializers);
  for (const [name, d] of direction) {
    const { dims, type, source } = graph.initializers.get(name)!;
    if (source.kind !== 'data') throw new Error(`${name} has no elements`);
    const data = Float32Array.from(d, (value, i) => Number(source.data[i]) + by * value);
    initializers.set(name, withData(name, { type, dims, data }));
  }
  return { ...graph, initializers };
};

it('is the slope of the mean loss over all batches, along directions at an angle to it', async () => {
  const graph = materialize(buildModel(ResnetTiny), 0);
  const gradient = await collected(graph);
  const loss = async (at: Graph) => (await evaluate(at, [feedsOf(at, 0), feedsOf(at, 1)])).loss;
  for (const seed of [1, 2]) {
    const random = randomFrom(`direction/${seed}`);
    const direction = new Map(
      [...gradient].map(([name, g]) => [name, g.map((slope) => slope * random.between(-0.5, 1.5))]),
    );
    let expected = 0;
    for (const [name, d] of direction) {
      const g = gradient.get(name)!;
      expected += d.reduce((sum, value, i) => sum + value * g[i]!, 0);
    }
    const step = 1e-3;
    const slope =
      ((await loss(moved(graph, direction, step))) - (await loss(moved(graph, direction, -step)))) / (2 * step);
    expect(Math.abs(slope / expected - 1)).toBeLessThan(3e-3);
  }
});

it('gives Taylor a finite score for every channel of every group', async () => {
  const graph = materialize(buildModel(ResnetTiny), 0);
  const { groups } = findGroups(graph);
  const taylor = methodOf('criterion', 'taylor');
  const statistics = new Map([['gradient', await collected(graph)]]);
  const scores = scoreGroups(taylor, graph, groups, { params: checkParameters(taylor, {}), rng: () => 0, statistics });
  expect([...scores.keys()]).toEqual(groups.map(({ id }) => id));
  for (const { id, channels } of groups) {
    expect(scores.get(id)).toHaveLength(channels);
    // the default scale: a group's scores average 1
    expect(scores.get(id)!.reduce((a, b) => a + b) / channels).toBeCloseTo(1, 6);
  }
});
