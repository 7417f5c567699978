/**
 * Benchmarks; never a test. Prints tables and adds one line of JSON per run to scripts/bench/results/bench.jsonl.
 *
 * `npm run bench -- [--only training,evaluation,run,pruning] [--networks resnet20,…] [--repetitions 11] [--threads 2]
 *   [--steps 400] [--memory] [--clock wall|cpu] [--dry]`
 * PYTHON names a Python with torch for the comparison. `--clock cpu --threads 1` compares the processor's time, which
 * other work on the machine disturbs least. `--dry` writes no line.
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clockOf } from './clock.js';
import { benchEvaluation } from './evaluation.js';
import { machine, matMulRate } from './machine.js';
import { NETWORKS, networkOf } from './networks.js';
import { benchPruning } from './pruning.js';
import { printEvaluations, printPruning, printRoles, printSteps, printWholeRun } from './report.js';
import { benchTrainingStep, type StepBench } from './training-step.js';
import { benchWholeRun } from './whole-run.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'training,evaluation,pruning,run' },
    networks: { type: 'string', default: NETWORKS.map(({ id }) => id).join() },
    threads: { type: 'string', default: String(availableParallelism()) },
    repetitions: { type: 'string', default: '11' },
    steps: { type: 'string' },
    memory: { type: 'boolean', default: false },
    clock: { type: 'string', default: 'wall' },
    dry: { type: 'boolean', default: false },
  },
});
const clock = clockOf(values.clock);
const threads = Number(values.threads);
const options = { threads, repetitions: Number(values.repetitions), clock, memory: values.memory };
const wanted = new Set(values.only.split(','));
const networks = values.networks.split(',').map(networkOf);

const gflops = await matMulRate(threads, clock);
console.log(`${machine().cpu}, ${threads} threads, ${clock} time; MatMul 1024³: ${gflops.toFixed(1)} GFLOP/s`);

const pruning = wanted.has('pruning') ? await benchPruning(options.repetitions, clock) : null;
if (pruning) printPruning(pruning);

const steps: StepBench[] = [];
for (const network of wanted.has('training') ? networks : []) {
  const step = await benchTrainingStep(network, options);
  printSteps([step], gflops);
  printRoles(step);
  steps.push(step);
}
if (steps.length > 1) printSteps(steps, gflops);

const evaluations = [];
for (const network of wanted.has('evaluation') ? networks : [])
  evaluations.push(await benchEvaluation(network, options));
if (evaluations.length > 0) printEvaluations(evaluations);

const run = wanted.has('run')
  ? await benchWholeRun({ steps: values.steps === undefined ? undefined : Number(values.steps), threads, clock })
  : null;
if (run) printWholeRun(run);

const results = join(import.meta.dirname, 'results');
const line = {
  at: new Date().toISOString(),
  machine: machine(),
  threads,
  clock,
  gflops,
  pruning,
  steps,
  evaluations,
  run,
};
if (!values.dry) {
  await mkdir(results, { recursive: true });
  await appendFile(join(results, 'bench.jsonl'), `${JSON.stringify(line)}\n`);
}
