/** What a waiting process does leaves its run as it would be without. */
import { crossEntropy, sgd } from '@topiary/autodiff';
import { dataOf } from '@topiary/onnx';
import { Trainer } from '@topiary/runtime';
import { classificationFeeds } from '@topiary/tasks';
import { buildModel, materialize, modelOf } from '@topiary/zoo';
import { expect, it } from 'vitest';
import { warmUp } from '../../../workers/evaluator/src/warm-up.js';

const BATCH = 4;

/** Loss and weights after two steps. */
const trained = async () => {
  const graph = materialize(buildModel(modelOf('resnet-tiny')), 1);
  const pixels = Float32Array.from({ length: BATCH * 3 * 32 * 32 }, (_, i) => Math.sin(i));
  const feeds = classificationFeeds(graph, pixels, [3, 1, 4, 1]);
  const options = { loss: crossEntropy(), optimizer: sgd(), batch: BATCH, weightDecay: 1e-4, threads: 1 };
  const trainer = await Trainer.create(graph, { ...options, provider: 'cpu' });
  const { loss } = await trainer.step(feeds, 0.1);
  await trainer.step(feeds, 0.1);
  const weights = [...trainer.export().initializers.values()].map((each) => Array.from(dataOf(each) ?? [], Number));
  await trainer.release();
  return { loss, weights };
};

it('a training after it is the same to the bit', async () => {
  const before = await trained();
  await warmUp();
  const after = await trained();
  expect(before.loss).toBeGreaterThan(0);
  expect(after).toEqual(before);
});
