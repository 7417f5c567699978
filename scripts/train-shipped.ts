/**
 * Trains a network that is shipped with the project, writes its file and its line in the manifest.
 *
 * `npm run train-shipped -- [--model resnet-tiny] [--dataset shapes32] [--steps 6000] [--lr 0.1] [--seed 0]`
 */
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encode } from '@topiary/onnx';
import { modelOf } from '@topiary/zoo';
import { publish } from './dense/publish.js';
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

const entryOf = ({ data, top1 }: Dense) => ({
  model: values.model,
  dataset: values.dataset,
  task: 'classification',
  metrics: [{ id: 'top1', value: top1, n: data.test.length }],
  splitHash: data.testHash,
  settings: { mean: data.test.mean, std: data.test.std },
  ...modelOf(values.model).expected,
  seed,
  steps: training.steps,
  recipe: { ...training, crop: 4, flip: true },
});

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
if (!values.dry) console.log(publish(encode(dense.graph), entryOf(dense)));
