/** Benchmarks as tables of text. */
import type { EvaluationBench } from './evaluation.js';
import { printGoals } from './goals.js';
import type { PruningBench } from './pruning.js';
import { table } from './summary.js';
import type { StepBench } from './training-step.js';
import type { WholeRun } from './whole-run.js';

const fixed = (value: number | null | undefined, digits = 1): string =>
  value === null || value === undefined ? '-' : value.toFixed(digits);
const percent = (share: number): string => `${fixed(100 * share)} %`;
const megabytes = (bytes: number | null | undefined): string =>
  bytes === null || bytes === undefined ? '-' : fixed(bytes / 1e6, 0);

/** `gflops` is the rate of MatMul, which the step's own is held against. */
export const printSteps = (steps: readonly StepBench[], gflops: number): void => {
  const header = [
    'training step',
    'ms (median)',
    'min',
    'PyTorch',
    'min',
    'ratio',
    'by min',
    'of MatMul',
    'host',
    'MB',
    'low',
    'PyTorch',
  ];
  const rows = steps.map(({ network, batch, ours, peer, ratio, ratioMin, memory, hostShare, ...step }) => [
    `${network}, batch ${batch}`,
    fixed(ours.medianMs),
    fixed(ours.minMs),
    fixed(peer?.medianMs),
    fixed(peer?.minMs),
    fixed(ratio, 2),
    fixed(ratioMin, 2),
    percent(step.gflops / gflops),
    percent(hostShare),
    megabytes(memory?.usual),
    megabytes(memory?.low),
    megabytes(memory?.peer),
  ]);
  console.log(`\n${table(header, rows)}`);
};

export const printRoles = ({ network, roles, block }: StepBench): void => {
  const total = roles.reduce((sum, { ms }) => sum + ms, 0);
  const rows = roles.map(({ role, ms, nodes, operators }) => [
    role,
    fixed(ms),
    percent(ms / total),
    String(nodes),
    operators
      .slice(0, 3)
      .map(([operator, time]) => `${operator} ${fixed(time)}`)
      .join(', '),
  ]);
  const layout = block > 0 ? `blocks of ${block} channels` : 'plain layout';
  console.log(`\n${network}, node time, ${layout}\n${table(['role', 'ms', 'share', 'nodes', 'most of it'], rows)}`);
};

export const printEvaluations = (evaluations: readonly EvaluationBench[]): void => {
  const rows = evaluations.map(({ network, batch, ours, plain, ratio, ratioMin }) => [
    `${network}, batch ${batch}`,
    ...[ours.medianMs, ours.minMs, plain.medianMs, plain.minMs].map((ms) => fixed(ms)),
    fixed(ratio, 2),
    fixed(ratioMin, 2),
  ]);
  const header = ['evaluation', 'ms (median)', 'min', 'onnxruntime on the file', 'min', 'ratio', 'by min'];
  console.log(`\n${table(header, rows)}`);
};

export const printPruning = (benches: readonly PruningBench[]): void => {
  const rows = benches.map(({ model, coldMs, medianMs, minMs, parts }) => [
    model,
    ...[coldMs, medianMs, minMs, ...Object.values(parts)].map((ms) => fixed(ms)),
  ]);
  const parts = Object.keys(benches[0]?.parts ?? {});
  console.log(`\n${table(['pruning', 'cold ms', 'ms (median)', 'min', ...parts], rows)}`);
  const goals = benches.map(({ model, medianMs, limitMs }) => ({ name: model, value: medianMs, below: limitMs }));
  printGoals(
    'pruning',
    goals.map((goal) => ({ ...goal, unit: 'ms' })),
  );
};

export const printWholeRun = ({ steps, batch, ours, peer, ratio, hostShare }: WholeRun): void => {
  const header = [
    `ResNet-56 at 2x, ${steps} steps of ${batch}`,
    'prune s',
    'fine-tune s',
    'evaluate s',
    'ratio',
    'host',
  ];
  const rows = [
    ['here', fixed(ours.prune, 2), fixed(ours.finetune), fixed(ours.evaluate), fixed(ratio, 2), percent(hostShare)],
    ['PyTorch', '-', fixed(peer?.finetune), fixed(peer?.evaluate), '-', '-'],
  ];
  console.log(`\n${table(header, rows)}`);
};
