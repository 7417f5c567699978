/**
 * ResNet-56 on CIFAR-10 (the sample) at 2x: all criteria, the board's protocol, accuracy in three phases, and for every
 * pair of runs that recorded which pictures they got right McNemar's test. No order is expected but above random.
 * Every finished run is recorded at once; runs that stand in the file are not repeated.
 * Command: npx tsx scripts/experiments/resnet56-cifar10.ts [--runs magnitude-l2/0,random/0] [--threads 2] [--steps 400]
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Result } from '@topiary/contracts';
import { METHODS } from '@topiary/methods/catalogue';
import { pairedTest, unpackBits } from '@topiary/stats';
import { recipeRun } from '../../workers/evaluator/src/recipe-run.js';
import { table } from '../bench/summary.js';
import { withContext } from './context.js';
import { BOARD, NAME, type Recorded } from './recorded.js';
import { addResult, readResults } from './results.js';
import { MEAN, readSample, STD } from './samples.js';

const CRITERIA = METHODS.filter(({ kind }) => kind === 'criterion').map(({ id }) => id);
const FILE = `${NAME}.onnx`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: CRITERIA.map((id) => `${id}/0`).join(',') },
    threads: { type: 'string', default: String(availableParallelism()) },
    steps: { type: 'string', default: '400' },
  },
});
const [threads, steps] = [Number(values.threads), Number(values.steps)];

const record = (
  { criterion, seed }: { criterion: string; seed: number },
  result: Result,
  rest: Pick<Recorded, 'base' | 'losses' | 'cpuSeconds' | 'load' | 'correct'>,
): Recorded => {
  const metric = (phase: keyof Recorded['top1']) =>
    result.metrics.find((entry) => entry.id === 'top1' && entry.phase === phase)!;
  const { macs, params, seconds, splitHash, recipeHash, protocol, machine } = result;
  return {
    criterion,
    seed,
    steps,
    top1: {
      base: metric('base').value,
      pruned: metric('pruned').value,
      finetuned: metric('finetuned').value,
    },
    testImages: metric('base').n,
    speedup: { published: macs.published.base / macs.published.left, pure: macs.pure.base / macs.pure.left },
    params,
    macs,
    widths: result.widths.filter(({ axis }) => axis === 0).map(({ after }) => after),
    seconds,
    stepSeconds: result.stepSeconds,
    msPerStep: (1000 * (seconds['finetune'] ?? 0)) / Math.max(1, steps),
    ...rest,
    splitHash,
    recipeHash,
    protocol,
    machine,
    at: new Date().toISOString(),
  };
};

const runOne = async (criterion: string, seed: number): Promise<Recorded> => {
  const { bytes, sha256 } = await readSample('weights', FILE);
  const recipe = { criterion, finetune: { steps } };
  const run = {
    board: BOARD,
    recipe,
    target: '2x',
    seed,
    threads,
    model: bytes,
    normalisation: { mean: MEAN, std: STD },
    codeVersion: 'experiment',
  };
  const before = loadavg()[0]!;
  const cpu = process.cpuUsage();
  return withContext(run, async (context) => {
    const { result } = await recipeRun(context);
    const { user, system } = process.cpuUsage(cpu);
    const bits = await context.storage.read(result.artefacts.find(({ kind }) => kind === 'correct')!.sha256);
    return record({ criterion, seed }, result, {
      base: sha256,
      losses: (context.report.curves['loss']?.values ?? []).map((loss) => Number(loss.toPrecision(8))),
      cpuSeconds: (user + system) / 1e6,
      load: [before, loadavg()[0]!],
      correct: Buffer.from(bits).toString('base64'),
    });
  });
};

const print = (results: readonly Recorded[]): void => {
  const header = [
    'criterion',
    'seed',
    'steps',
    'before',
    'pruned',
    'fine-tuned',
    'published',
    'pure',
    'params',
    's',
    'ms/step',
  ];
  const rows = results.map((one) => [
    one.criterion,
    `${one.seed}`,
    `${one.steps}`,
    `${one.top1.base.toFixed(2)}`,
    `${one.top1.pruned.toFixed(2)}`,
    `${one.top1.finetuned.toFixed(2)}`,
    `${one.speedup.published.toFixed(3)}x`,
    `${one.speedup.pure.toFixed(3)}x`,
    `${one.params.left}`,
    Object.values(one.seconds)
      .reduce((a, b) => a + b, 0)
      .toFixed(0),
    one.msPerStep.toFixed(0),
  ]);
  console.log(`\n${table(header, rows)}`);
};

/** Pairs of runs of one seed and budget: the difference in points, and how surprising it is if they are alike. */
const printPairs = (results: readonly Recorded[]): void => {
  const bitsOf = ({ correct, testImages }: Recorded) => unpackBits(Buffer.from(correct ?? '', 'base64'), testImages);
  const known = results.filter(({ correct, seed }) => correct !== undefined && seed === 0);
  const pairs = known.flatMap((a, i) => known.slice(i + 1).map((b) => [a, b] as const));
  const rows = pairs
    .filter(([a, b]) => a.steps === b.steps && a.splitHash === b.splitHash)
    .map(([a, b]) => [
      `${a.criterion} - ${b.criterion}`,
      (a.top1.finetuned - b.top1.finetuned).toFixed(2),
      pairedTest([bitsOf(a)], [bitsOf(b)]).p.toFixed(4),
    ]);
  if (rows.length > 0) console.log(`\n${table(['pair, seed 0', 'points', 'p'], rows)}`);
};

for (const name of values.runs.split(',').filter((name) => name !== '')) {
  const [criterion = '', seed = ''] = name.split('/');
  const isSame = (one: Recorded) => one.criterion === criterion && one.seed === Number(seed) && one.steps === steps;
  if ((await readResults<Recorded>(NAME)).some(isSame)) continue;
  console.log(`${new Date().toISOString()} ${name}`);
  await addResult(NAME, await runOne(criterion, Number(seed)));
}
print(await readResults<Recorded>(NAME));
printPairs(await readResults<Recorded>(NAME));
