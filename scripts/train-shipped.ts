/**
 * Trains a network that is shipped with the project, writes its file and its line in the manifest.
 *
 * `npm run train-shipped -- [--model resnet-tiny] [--dataset shapes32] [--steps 6000] [--lr 0.1] [--seed 0]`
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cosine, crossEntropy, type Schedule, sgd } from '@topiary/autodiff';
import { encode, type Graph } from '@topiary/onnx';
import { classificationFeeds, evaluate, Trainer, train } from '@topiary/runtime';
import {
  batches,
  buildModel,
  datasetOf,
  inOrder,
  materialize,
  modelOf,
  type ShippedModel,
  type Split,
  shippedFolder,
  shippedPath,
  splitHash,
} from '@topiary/zoo';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'resnet-tiny' },
    dataset: { type: 'string', default: 'shapes32' },
    steps: { type: 'string', default: '6000' },
    lr: { type: 'string', default: '0.1' },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const [steps, lr, seed] = [Number(values.steps), Number(values.lr), Number(values.seed)];
const recipe = {
  optimizer: 'sgd',
  batch: 128,
  lr,
  warmup: 200,
  schedule: 'cosine',
  momentum: 0.9,
  weightDecay: 5e-4,
  crop: 4,
  flip: true,
};

/** Linear from 0 to the peak, then a cosine to 0. */
const warmCosine = (): Schedule => {
  const fall = cosine({ lr, steps: steps - recipe.warmup });
  return (step) => (step < recipe.warmup ? (lr * (step + 1)) / recipe.warmup : fall(step - recipe.warmup));
};

function* feedsOf(graph: Graph, split: Split) {
  for (const { images, labels } of inOrder(split, 500)) yield classificationFeeds(graph, images, labels);
}

const top1 = async (graph: Graph, split: Split): Promise<{ id: string; value: number; n: number }> => {
  const result = await evaluate(graph, feedsOf(graph, split));
  return { id: 'top1', value: 100 * result.top1, n: result.n };
};

const trainOn = async (initial: Graph, split: Split): Promise<Graph> => {
  const { batch, weightDecay, crop, flip } = recipe;
  const trainer = await Trainer.create(initial, {
    loss: crossEntropy(),
    optimizer: sgd({ momentum: recipe.momentum }),
    batch,
    weightDecay,
    threads: Number(values.threads),
  });
  const source = batches(split, { batch, steps, seed, augment: { crop, flip } });
  let sum = 0;
  await train(trainer, {
    steps,
    schedule: warmCosine(),
    batch: () => {
      const { images, labels } = source.next().value;
      return classificationFeeds(initial, images, labels);
    },
    onStep: ({ step, loss, seconds }) => {
      sum += loss;
      if (step % 100 > 0) return;
      console.log(`${step}  loss ${(sum / 100).toFixed(3)}  ${((1000 * seconds) / step).toFixed(1)} ms/step`);
      sum = 0;
    },
  });
  const trained = trainer.export();
  await trainer.release();
  return trained;
};

const publish = (graph: Graph, facts: Pick<ShippedModel, 'metrics' | 'splitHash' | 'mean' | 'std'>): ShippedModel => {
  const file = encode(graph);
  const sha256 = createHash('sha256').update(file).digest('hex');
  const entry: ShippedModel = {
    model: values.model,
    dataset: values.dataset,
    sha256,
    bytes: file.length,
    ...facts,
    ...modelOf(values.model).expected,
    seed,
    steps,
    recipe,
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    onnxruntime: createRequire(import.meta.url)('onnxruntime-node/package.json').version,
    date: new Date().toISOString().slice(0, 10),
  };
  const path = join(shippedFolder(), 'manifest.json');
  const before: ShippedModel[] = JSON.parse(readFileSync(path, 'utf8'));
  const isSame = (one: ShippedModel) => one.model === entry.model && one.dataset === entry.dataset;
  for (const old of before.filter(isSame)) rmSync(shippedPath(old.sha256), { force: true });
  writeFileSync(shippedPath(sha256), file);
  writeFileSync(path, `${JSON.stringify([...before.filter((one) => !isSame(one)), entry], null, 2)}\n`);
  return entry;
};

const data = await datasetOf(values.dataset).open({ dataDir: process.env['DATA_DIR'] ?? '.data/datasets' });
const trained = await trainOn(materialize(buildModel(modelOf(values.model)), seed), data.train);
const metric = await top1(trained, data.test);
const { mean, std } = data.test;
console.log(publish(trained, { metrics: [metric], splitHash: splitHash(data.test), mean, std }));
