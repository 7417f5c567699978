/**
 * Trains a network that is shipped with the project, writes its file and its line in the manifest.
 *
 * `npm run train-shipped -- [--model resnet-tiny] [--dataset shapes32] [--steps 6000] [--lr 0.1] [--seed 0]`
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encode } from '@topiary/onnx';
import { modelOf, type ShippedModel, shippedFolder, shippedPath } from '@topiary/zoo';
import { DENSE } from './dense/recipes.js';
import { type Dense, trainDense } from './dense/train-dense.js';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'resnet-tiny' },
    dataset: { type: 'string', default: 'shapes32' },
    steps: { type: 'string' },
    lr: { type: 'string' },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string', default: String(availableParallelism()) },
    /** Prints what it would ship and leaves the manifest alone. */
    dry: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const recipe = DENSE[values.model] ?? DENSE['resnet-tiny']!;
const training = {
  ...recipe,
  ...(values.steps === undefined ? {} : { steps: Number(values.steps) }),
  ...(values.lr === undefined ? {} : { lr: Number(values.lr) }),
};

const publish = (file: Uint8Array, { data, top1 }: Dense): ShippedModel => {
  const sha256 = createHash('sha256').update(file).digest('hex');
  const { mean, std, length } = data.test;
  const entry: ShippedModel = {
    model: values.model,
    dataset: values.dataset,
    sha256,
    bytes: file.length,
    metrics: [{ id: 'top1', value: top1, n: length }],
    splitHash: data.testHash,
    settings: { mean, std },
    ...modelOf(values.model).expected,
    seed,
    steps: training.steps,
    recipe: { ...training, crop: 4, flip: true },
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

const home = '.data';
mkdirSync(home, { recursive: true });
const dense = await trainDense({
  model: values.model,
  dataset: values.dataset,
  seed,
  training,
  dataDir: process.env['DATA_DIR'] ?? join(home, 'datasets'),
  home,
  threads: Number(values.threads),
});
console.log(`top-1 ${dense.top1.toFixed(2)} %, loss ${dense.loss.toFixed(4)}`);
if (!values.dry) console.log(publish(encode(dense.graph), dense));
