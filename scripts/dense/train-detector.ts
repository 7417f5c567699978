/**
 * Trains a detector from fresh weights and says what it finds; goes on from where it was ended.
 *
 * npx tsx scripts/dense/train-detector.ts --model anchorfree-tiny --dataset shapes-det [--seed 0] [--ship]
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { adamw, cosine, warmup } from '@topiary/autodiff';
import { encode } from '@topiary/onnx';
import { graphOf, type Pipeline, single } from '@topiary/pipeline';
import { compile, Trainer, train } from '@topiary/runtime';
import { type BoundTask, type Compute, taskOf } from '@topiary/tasks';
import { trackById } from '@topiary/tracks';
import { buildModel, materialize, modelOf, type ShippedModel, shippedFolder, shippedPath } from '@topiary/zoo';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'anchorfree-tiny' },
    dataset: { type: 'string', default: 'shapes-det' },
    steps: { type: 'string', default: '1500' },
    batch: { type: 'string', default: '16' },
    lr: { type: 'string', default: '0.002' },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string', default: '1' },
    home: { type: 'string', default: '.data/detectors' },
    /** Puts the file and its line into the manifest of what is shipped. */
    ship: { type: 'boolean', default: false },
  },
});
const [steps, batch, lr, seed, threads] = [values.steps, values.batch, values.lr, values.seed, values.threads].map(
  Number,
) as [number, number, number, number, number];
const { model: id, dataset, home } = values;

/** Steps between two checkpoints; each stretch draws its batches from a seed of its own. */
const STRETCH = 100;
const SETTINGS = { weightDecay: 5e-4, clip: 10, ema: 0.999 } as const;
const cpu = { provider: 'cpu', threads } as const;
const name = `${id}.${dataset}.${seed}`;
const checkpoint = join(home, `${name}.checkpoint`);
/** What it says that it is of. */
const setting = JSON.stringify({ name, steps, batch, lr, ...SETTINGS });

const compute: Compute = {
  pause: async () => undefined,
  open: async (pipeline) => {
    const session = await compile(graphOf(pipeline), { ...cpu, level: 'all' });
    return { run: (_, feeds) => session.run(feeds), release: () => session.release() };
  },
};

const schedule = warmup({ lr, steps: 100, next: cosine({ lr, steps: steps - 100 }) });

/** A file is there whole or not at all. */
const write = (path: string, bytes: Uint8Array | string): void => {
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
};

const trained = async (task: BoundTask, base: Pipeline): Promise<Pipeline> => {
  const options = { ...cpu, ...SETTINGS, loss: task.loss(null), optimizer: adamw(), batch };
  const trainer = await Trainer.create(graphOf(base), options);
  if (existsSync(checkpoint)) trainer.restore(readFileSync(checkpoint), setting);
  const began = performance.now();
  for (let from = trainer.taken.steps; from < steps; from += STRETCH) {
    const length = Math.min(STRETCH, steps - from);
    const batches = task.batches(base, { from: 'train', batch, steps: length, seed: 1000 * seed + from / STRETCH });
    let sum = 0;
    await train(trainer, {
      steps: length,
      schedule: (step) => schedule(from + step),
      batch: async () => (await batches.next()).value!,
      onStep: (result) => {
        sum += result.loss;
      },
    });
    write(checkpoint, trainer.checkpoint(setting));
    const seconds = (performance.now() - began) / 1000;
    console.log(`step ${from + length}: loss ${(sum / length).toFixed(3)}, ${seconds.toFixed(0)} s`);
  }
  const pipeline = single(trainer.export());
  await trainer.release();
  return pipeline;
};

const ship = (file: Uint8Array, metrics: ShippedModel['metrics'], splitHash: string): void => {
  const sha256 = createHash('sha256').update(file).digest('hex');
  const entry: ShippedModel = {
    model: id,
    task: 'detection',
    dataset,
    sha256,
    bytes: file.length,
    metrics,
    splitHash,
    settings: {},
    ...modelOf(id).expected,
    seed,
    steps,
    recipe: { optimizer: 'adamw', batch, lr, warmup: 100, schedule: 'cosine', ...SETTINGS },
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    onnxruntime: createRequire(import.meta.url)('onnxruntime-node/package.json').version,
    date: new Date().toISOString().slice(0, 10),
  };
  const path = join(shippedFolder(), 'manifest.json');
  const before: ShippedModel[] = JSON.parse(readFileSync(path, 'utf8'));
  const others = before.filter((one) => one.model !== id || one.dataset !== dataset);
  write(shippedPath(sha256), file);
  write(path, `${JSON.stringify([...others, entry], null, 2)}\n`);
};

mkdirSync(home, { recursive: true });
const base = single(materialize(buildModel(modelOf(id)), seed));
const task = await taskOf('detection').open({
  dataset,
  dataDir: process.env['DATA_DIR'] ?? '.data/datasets',
  testSecret: null,
  pipeline: base,
  settings: { classes: [], license: null },
  options: trackById('detection').protocol.options,
  evaluationBatch: 16,
});
const dense = await trained(task, base);
const { values: found, n } = await task.evaluate(dense, 'test', compute);
console.log(found);
const file = encode(graphOf(dense));
write(join(home, `${name}.onnx`), file);
const metrics = Object.entries(found).map(([metric, value]) => ({ id: metric, value: Number(value.toFixed(4)), n }));
if (values.ship) ship(file, metrics, task.hash);
