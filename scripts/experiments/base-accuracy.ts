/**
 * The two published CIFAR-10 networks on the test pictures of the sample, beside what their author's own code gives.
 * Command: npx tsx scripts/experiments/base-accuracy.ts
 */
import { classificationFeeds } from '@topiary/tasks';
import { Cifar10, importModel, inOrder, normalized, splitHash } from '@topiary/zoo';
import { evaluate } from '../../tests/helpers/evaluate.js';
import { table } from '../bench/summary.js';
import { writeResults } from './results.js';
import { MEAN, readSample, STD, samplesDir } from './samples.js';

/** From PyTorch, percent, to two digits. */
const EXPECTED = { 'resnet20-cifar10': 91.64, 'resnet56-cifar10': 92.72 } as const;

const { test: split } = await Cifar10.open({ dataDir: samplesDir });
const test = normalized(split, MEAN, STD);

const top1Of = async (name: string) => {
  const { bytes, sha256 } = await readSample('weights', `${name}.onnx`);
  const graph = importModel(bytes, { input: Cifar10.input, classes: Cifar10.classes.length });
  async function* feeds() {
    for await (const { images, labels } of inOrder(test, 128)) yield classificationFeeds(graph, images, labels);
  }
  const { top1, n, loss } = await evaluate(graph, feeds());
  return { name, sha256, top1: 100 * top1, loss, n };
};

const results = [];
for (const [name, expected] of Object.entries(EXPECTED)) results.push({ ...(await top1Of(name)), expected });
const rows = results.map(({ name, top1, expected, n }) => [name, top1.toFixed(2), expected.toFixed(2), `${n}`]);
console.log(table(['network', 'top-1 %', 'expected', 'images'], rows));
await writeResults(
  'base-accuracy',
  results.map((one) => ({ ...one, splitHash: splitHash(test) })),
);
if (results.some(({ top1, expected }) => top1.toFixed(2) !== expected.toFixed(2))) process.exitCode = 1;
