/**
 * A narrow member of every family trains and is cut: its training graph's loss is that of onnxruntime's own logits, its
 * gradient is their slope, and what is cut away is worth what zeros are.
 */
import { crossEntropy, isTrainable, parametersOf, sgd } from '@topiary/autodiff';
import { floats, type Graph, type Initializer, tensorOf, toNumbers, withData } from '@topiary/onnx';
import { applyPlan, findGroups, type Group } from '@topiary/pruning';
import { Trainer } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { buildModel, materialize, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { relativeDistance, runOnnx } from '../../helpers/onnxruntime.js';
import { chance, zeroed } from '../pruning/small-nets.js';
import { NARROW } from './narrow-members.js';

const BATCH = 4;
const range = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => i);
const LABELS = [1, 7, 3, 3];
const random = randomFrom('narrow models');
const IMAGES = Float32Array.from({ length: BATCH * 3 * 32 * 32 }, () => random.between(-1.5, 1.5));

/** Mean of log Σ exp(logits) - logit of the label, from onnxruntime's logits of the forward graph. */
const lossOf = async (graph: Graph): Promise<number> => {
  const outputs = await runOnnx(graph, { input: floats(IMAGES, [BATCH, 3, 32, 32]) });
  const logits = toNumbers(outputs['logits']!);
  const losses = LABELS.map((label, i) => {
    const row = logits.slice(10 * i, 10 * i + 10);
    return Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0)) - row[label]!;
  });
  return losses.reduce((a, b) => a + b) / BATCH;
};

/** One step of plain descent with rate 1: the parameters lose their gradient. */
const gradientOf = async (graph: Graph) => {
  const options = {
    loss: crossEntropy(),
    optimizer: sgd({ momentum: 0 }),
    batch: BATCH,
    statistics: 'running',
  } as const;
  const trainer = await Trainer.create(graph, { ...options, provider: 'cpu', threads: 1 });
  const { loss } = await trainer.step(classificationFeeds(graph, IMAGES, LABELS), 1);
  const gradient = new Map<string, Float64Array>();
  for (const { initializer } of parametersOf(graph).filter(isTrainable)) {
    const [before, after] = [toNumbers(tensorOf(initializer)!), toNumbers(trainer.value(initializer.name))];
    gradient.set(
      initializer.name,
      Float64Array.from(before, (v, i) => v - after[i]!),
    );
  }
  await trainer.release();
  return { loss, gradient };
};

const moved = (graph: Graph, gradient: ReadonlyMap<string, Float64Array>, by: number): Graph => {
  const initializers = new Map(graph.initializers);
  for (const [name, g] of gradient) {
    const { dims, ...old } = tensorOf(initializers.get(name)!)!;
    const data = Float32Array.from(old.data as Float32Array, (v, i) => v + by * g[i]!);
    initializers.set(name, withData(name, floats(data, dims)));
  }
  return { ...graph, initializers };
};

/** Scales, shifts and statistics as training leaves them: none is neutral. */
const lively = (graph: Graph): Graph => {
  const initializers = [...graph.initializers].map(([name, value]): [string, Initializer] => {
    if (value.type !== 'float32' || value.dims.length !== 1) return [name, value];
    const draw = /weight$|running_var$|layer_scale$/.test(name)
      ? () => random.between(0.5, 1.5)
      : () => random.between(-0.2, 0.2);
    return [name, withData(name, floats(Float32Array.from({ length: value.dims[0]! }, draw), value.dims))];
  });
  return { ...graph, initializers: new Map(initializers) };
};

describe.each(NARROW)('%s', (_, model) => {
  const graph = lively(materialize(buildModel(model), 1));

  it('has the loss and the slope that onnxruntime finds on its forward graph', async () => {
    const { loss, gradient } = await gradientOf(graph);
    expect(loss).toBeCloseTo(await lossOf(graph), 4);
    const squared = [...gradient.values()].reduce((sum, g) => sum + g.reduce((s, v) => s + v * v, 0), 0);
    expect(squared).toBeGreaterThan(1e-4);
    // (L(w + h·g) - L(w - h·g)) / 2h -> |g|²; h moves the loss by 1 %
    const h = (0.01 * loss) / squared;
    const slope = ((await lossOf(moved(graph, gradient, h))) - (await lossOf(moved(graph, gradient, -h)))) / (2 * h);
    expect(slope / squared).toBeGreaterThan(0.97);
    expect(slope / squared).toBeLessThan(1.03);
  });

  it('learns a batch with its own statistics', async () => {
    const options = { loss: crossEntropy(), optimizer: sgd(), batch: BATCH, provider: 'cpu', threads: 1 } as const;
    const trainer = await Trainer.create(graph, options);
    const feeds = classificationFeeds(graph, IMAGES, LABELS);
    const losses: number[] = [];
    for (let i = 0; i < 6; i += 1) losses.push((await trainer.step(feeds, 0.02)).loss);
    await trainer.release();
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });

  it('gives the same without channels, heads and groups as with zeros in their place', async () => {
    const found = findGroups(graph, { heads: true });
    // a norm over channels sees how many there are: what reaches one stays whole
    const normed = (group: Group) => group.members.some(({ op }) => op === 'LayerNormalization');
    const drawn = chance(found, 3);
    const kept = new Map(
      found.groups.map((group) => [group.id, normed(group) ? range(group.channels) : drawn.get(group.id)!]),
    );
    expect(found.groups.some(({ id, channels }) => kept.get(id)!.length < channels)).toBe(true);
    const images = { input: floats(IMAGES, [BATCH, 3, 32, 32]) };
    const cut = await runOnnx(applyPlan(graph, found, { kept }).graph, images);
    const full = await runOnnx(zeroed(graph, found, kept), images);
    expect(relativeDistance(cut['logits']!, full['logits']!)).toBeLessThan(1e-4);
  });
});
