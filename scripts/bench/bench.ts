/**
 * Benchmarks; never a test. Prints tables and adds one line of JSON per run to scripts/bench/results/.
 * Command: npm run bench -- [--only training|pruning] [--depth 20,56] [--batch 128] [--threads 2] [--repetitions 11]
 * PYTHON names a Python with torch for the comparison.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, matMulRate } from './machine.js';
import { benchPruning, type PruningBench } from './pruning.js';
import { table } from './summary.js';
import { benchTrainingStep, type StepBench } from './training-step.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'training,pruning' },
    depth: { type: 'string', default: '20,56' },
    batch: { type: 'string', default: '128' },
    threads: { type: 'string', default: String(availableParallelism()) },
    repetitions: { type: 'string', default: '11' },
  },
});

const fixed = (value: number | null, digits = 1): string => (value === null ? '-' : value.toFixed(digits));

const printSteps = (steps: readonly StepBench[]): void => {
  const header = ['training step', 'ms (median)', 'min', 'PyTorch', 'min', 'ratio', 'by min'];
  const rows = steps.map(({ model, batch, ours, peer, ratio, ratioMin }) => [
    `${model}, batch ${batch}`,
    fixed(ours.medianMs),
    fixed(ours.minMs),
    fixed(peer?.medianMs ?? null),
    fixed(peer?.minMs ?? null),
    fixed(ratio, 2),
    fixed(ratioMin, 2),
  ]);
  console.log(`\n${table(header, rows)}`);
};

const printRoles = ({ model, roles }: StepBench): void => {
  const total = roles.reduce((sum, { ms }) => sum + ms, 0);
  const rows = roles.map(({ role, ms, nodes, operators }) => [
    role,
    fixed(ms),
    `${fixed((100 * ms) / total)} %`,
    String(nodes),
    operators
      .slice(0, 3)
      .map(([operator, time]) => `${operator} ${fixed(time)}`)
      .join(', '),
  ]);
  console.log(`\n${model}, node time\n${table(['role', 'ms', 'share', 'nodes', 'most of it'], rows)}`);
};

const printPruning = ({ model, coldMs, medianMs, minMs, parts }: PruningBench): void => {
  const row = [model, ...[coldMs, medianMs, minMs, ...Object.values(parts)].map((ms) => fixed(ms))];
  console.log(`\n${table(['pruning', 'cold ms', 'ms (median)', 'min', ...Object.keys(parts)], [row])}`);
};

const threads = Number(values.threads);
const options = { batch: Number(values.batch), threads, repetitions: Number(values.repetitions) };
const wanted = new Set(values.only.split(','));
const gflops = await matMulRate(threads);
console.log(`${machine().cpu}, ${threads} threads; MatMul 1024³: ${fixed(gflops)} GFLOP/s`);

const pruning = wanted.has('pruning') ? benchPruning(options.repetitions) : null;
if (pruning) printPruning(pruning);

const steps: StepBench[] = [];
for (const depth of wanted.has('training') ? values.depth.split(',').map(Number) : []) {
  if (depth !== 20 && depth !== 56) throw new Error(`--depth takes 20 and 56, not ${depth}`);
  steps.push(await benchTrainingStep(depth, options));
}
if (steps.length > 0) printSteps(steps);
for (const step of steps) printRoles(step);

const results = join(import.meta.dirname, 'results');
await mkdir(results, { recursive: true });
const line = { at: new Date().toISOString(), machine: machine(), threads, gflops, pruning, steps };
await appendFile(join(results, 'bench.jsonl'), `${JSON.stringify(line)}\n`);
