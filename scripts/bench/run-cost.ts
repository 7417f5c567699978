/**
 * What a run costs whatever it does: the start of its process, its data, the compilation of a training. A worker's own child
 * runs a recipe on a shipped network twice, with one step of fine-tuning and with several; what a step costs is taken off.
 * Evaluation, cut and publication are shown beside it. Processor time is the child's (Linux; to a hundredth of a second).
 *
 * `node scripts/setup.mjs` once before; `npx tsx scripts/bench/run-cost.ts [--board classification.resnet-tiny.shapes32]
 *   [--clock wall|cpu] [--threads 2] [--rounds 3]`
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { boardOf } from '@topiary/tracks';
import { SHIPPED, shippedFiles } from '@topiary/zoo/catalogue';
import type { FromChild, Job } from '../../workers/evaluator/src/messages.js';
import { type Run, withContext } from '../experiments/context.js';
import { clockOf } from './clock.js';
import { isMet, printGoals } from './goals.js';
import { summarize, table } from './summary.js';

const { values } = parseArgs({
  options: {
    board: { type: 'string', default: 'classification.resnet-tiny.shapes32' },
    clock: { type: 'string', default: 'wall' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
  },
});
const clock = clockOf(values.clock);
const CHILD = resolve(import.meta.dirname, '../../dist/worker-child.mjs');
const STEPS = [1, 9] as const;
const GOAL_SECONDS = 0.5;
/** Of the kernel's clock, a second. */
const TICKS = 100;

/** Seconds that a process has computed: fields 14 and 15 of its line, the second of which may hold spaces. */
const computed = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
};

/** Seconds of each stage of a run, and of what comes before the first one. */
const stagesOf = (job: Job): Promise<Readonly<Record<string, number>>> =>
  new Promise((done, failed) => {
    const child = fork(CHILD, [], { serialization: 'advanced', execArgv: ['--enable-source-maps'] });
    const began = performance.now();
    const now = () => (clock === 'cpu' ? computed(child.pid!) : (performance.now() - began) / 1000);
    const seconds: Record<string, number> = {};
    const starts = new Map<string, number>();
    child.on('message', (message: FromChild) => {
      if (message.type === 'problem') failed(new Error(JSON.stringify(message.problem)));
      if (message.type === 'result') done(seconds);
      if (message.type !== 'stages') return;
      const { stage, state } = message.event;
      if (starts.size === 0) seconds['start'] = now();
      if (!starts.has(stage)) starts.set(stage, now());
      if (state === 'done') seconds[stage] = now() - starts.get(stage)!;
    });
    child.once('error', failed);
    child.send(job);
  });

const board = boardOf(values.board);
const shipped = SHIPPED.find(({ model, dataset }) => model === board.model && dataset === board.dataset);
if (!shipped) throw new Error(`no network of ${board.id} is shipped`);
const [file] = shippedFiles(shipped);
/** Where drawn training pictures are kept from run to run. */
const dataDir = await mkdtemp(join(tmpdir(), 'topiary-run-cost-'));
const run: Omit<Run, 'recipe'> = {
  ...{ board: board.id, target: '2x', seed: 0, threads: Number(values.threads), codeVersion: 'bench' },
  model: await readFile(file!.path),
  normalisation: shipped.settings as Run['normalisation'],
  known: { metrics: [...shipped.metrics], splitHash: shipped.splitHash },
  dataDir,
};

const once = (steps: number) =>
  withContext({ ...run, recipe: { criterion: 'magnitude-l2', finetune: { steps } } }, ({ job }) => stagesOf(job));

/** The medians of the rounds. */
const measured = async (steps: number): Promise<Readonly<Record<string, number>>> => {
  const rounds: Readonly<Record<string, number>>[] = [];
  for (let i = 0; i < Number(values.rounds); i += 1) rounds.push(await once(steps));
  const names = Object.keys(rounds[0]!);
  return Object.fromEntries(names.map((name) => [name, summarize(rounds.map((one) => one[name]!)).medianMs]));
};

await once(1); // the first on a machine draws the training pictures
const [one, several] = [await measured(STEPS[0]), await measured(STEPS[1])];
await rm(dataDir, { recursive: true });
const step = (several['finetune']! - one['finetune']!) / (STEPS[1] - STEPS[0]);
const parts = { start: one['start']!, prepare: one['prepare']!, compile: one['finetune']! - step };
const rest = Object.entries(one).filter(([name]) => !(name in parts) && name !== 'finetune');
const shown = [...Object.entries(parts), ['a step', step] as const, ...rest];
console.log(`${board.id}, ${run.threads} threads, seconds of ${clock} time, medians of ${values.rounds} runs`);
console.log(
  table(
    shown.map(([name]) => name),
    [shown.map(([, seconds]) => seconds.toFixed(3))],
  ),
);
const value = parts.start + parts.prepare + parts.compile;
const goals = [{ name: 'start, data and compilation', value, unit: 's', below: GOAL_SECONDS }];
printGoals('a run, whatever it does', goals);
process.exit(goals.every(isMet) ? 0 : 1);
