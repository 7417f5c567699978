/**
 * Files of weights as torchvision and timm save them, read into the networks of the zoo: outputs for two pictures beside
 * PyTorch's. No weights are fetched: the peer draws its own.
 * Command: PYTHON=python3 npx tsx scripts/experiments/published-weights.ts [--only resnet50/timm,vgg16/torchvision]
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { floats, toNumbers } from '@topiary/onnx';
import { infer } from '@topiary/runtime';
import { buildModel, modelOf } from '@topiary/zoo';
import { readWeights, withWeights } from '@topiary/zoo/weights';
import { table } from '../bench/summary.js';
import { addResult, readResults } from './results.js';

const NAME = 'published-weights';
const PEER = join(import.meta.dirname, '../bench/peers/published_weights.py');
/** Of the largest output. */
const TOLERANCE = 1e-4;
const { values } = parseArgs({ options: { only: { type: 'string' } } });

const python = (...args: string[]): string =>
  execFileSync(process.env['PYTHON'] ?? 'python3', [PEER, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

const numbersIn = async (folder: string, name: string): Promise<Float32Array> => {
  const bytes = await readFile(join(folder, `${name}.bin`));
  return new Float32Array(Uint8Array.from(bytes).buffer);
};

const largest = (list: readonly number[]): number => list.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** max |ours - PyTorch's| / max |PyTorch's| */
const distanceOf = async (name: string): Promise<number> => {
  const folder = await mkdtemp(join(tmpdir(), 'topiary-weights-'));
  try {
    python(name, folder);
    const model = name.split('/')[0]!;
    const weights = await readWeights(new Uint8Array(await readFile(join(folder, 'weights'))));
    const graph = await withWeights(buildModel(modelOf(model)), model, weights);
    const picture = floats(await numbersIn(folder, 'picture'), [2, 3, 224, 224]);
    const ours = toNumbers((await infer(graph, { input: picture }))['logits']!);
    const theirs = [...(await numbersIn(folder, 'answer'))];
    return largest(ours.map((v, i) => v - theirs[i]!)) / largest(theirs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

interface Recorded {
  readonly name: string;
  readonly distance: number;
}

const all = python().trim().split('\n');
for (const name of values.only?.split(',') ?? all) {
  if ((await readResults<Recorded>(NAME)).some((one) => one.name === name)) continue;
  await addResult(NAME, { name, distance: await distanceOf(name) });
}
const recorded = await readResults<Recorded>(NAME);
console.log(
  table(
    ['weights', 'difference'],
    recorded.map(({ name, distance }) => [name, distance.toExponential(1)]),
  ),
);
if (recorded.some(({ distance }) => !(distance < TOLERANCE))) process.exitCode = 1;
