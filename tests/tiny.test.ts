/** The whole idea in one program: build a network, train it, find what leaves together, cut half of the work, train on. */
import { constant, crossEntropy, sgd } from '@topiary/autodiff';
import { methodOf, scoreGroups } from '@topiary/methods';
import { decode, encode, type Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { applyPlan, findGroups, plan } from '@topiary/pruning';
import { Trainer, train } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { materialize } from '@topiary/zoo';
import { expect, it } from 'vitest';
import { evaluate } from './helpers/evaluate.js';
import { tinyBatch, tinyModel } from './helpers/tiny-model.js';

const trained = async (network: Graph, steps: number): Promise<Graph> => {
  const trainer = await Trainer.create(network, { loss: crossEntropy(), optimizer: sgd(), batch: 32 });
  const batch = (step: number) => {
    const { images, labels } = tinyBatch(32, step);
    return classificationFeeds(network, images, labels);
  };
  const { losses } = await train(trainer, { steps, schedule: constant(0.05), batch });
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
  return trainer.export();
};

const accuracy = async (network: Graph): Promise<number> => {
  const { images, labels } = tinyBatch(256, 12345);
  return (await evaluate(network, [classificationFeeds(network, images, labels)])).top1;
};

it('builds, trains, prunes to half the MACs and trains on', async () => {
  const base = await trained(materialize(tinyModel(), 0), 40);
  expect(await accuracy(base)).toBeGreaterThan(0.9);

  const dependencies = findGroups(base);
  // The stem and the block's second convolution add up, so their channels leave together; the middle is on its own.
  expect(dependencies.groups.map(({ channels }) => channels)).toEqual([8, 8]);

  const criterion = methodOf('criterion', 'magnitude-l2');
  const params = Object.fromEntries(criterion.parameters.map(({ id, default: value }) => [id, value]));
  const scores = scoreGroups(criterion, base, dependencies.groups, { params, rng: () => 0.5 });
  const found = plan(dependencies, scores, {
    target: { value: 2, counter: 'published' },
    scope: 'global',
    protection: 0.1,
  });
  const { graph: pruned } = applyPlan(base, dependencies, found);
  expect(count(base).published / count(pruned).published).toBeGreaterThanOrEqual(2);

  const tuned = await trained(pruned, 40);
  expect(await accuracy(tuned)).toBeGreaterThan(0.9);
  expect(await accuracy(decode(encode(tuned)))).toBe(await accuracy(tuned));
});
