/**
 * Every experiment on the shipped diffusion transformer in one command, two at a time with a thread each. Killed, it goes on where
 * it was: whatever stands in the results is skipped. What says most comes first; `--minutes` begins nothing new after so many.
 * Command: npx tsx scripts/experiments/diffusion-all.ts [--part all] [--minutes 150] [--workers 2] [--second-steps 10000] [--small]
 *   `--part`: any of reuse, depth, lanes, remix, suite, second, latency. `--small`: every part on a few steps and samples, its
 *   results in a temporary folder, to see that all begin and end.
 * The base network is trained and published before (`scripts/train-denoiser.ts --steps … --publish`).
 *
 * Minutes of one core's processor time (0.25 ms for a picture through the network, 0.17 s for a training step of 128):
 *
 *   reuse    Learning-to-Cache: three routers at two speed-ups, 15 rows of three seeds with 10,000 samples    75
 *            more numbers of steps with 1,000 samples                                                        5
 *   depth    TinyFusion: nine choices of three seeds, 16 masks by chance, 300 steps and 10,000 samples each   110
 *   lanes    AsyncDiff: distances of three banks in 50, 20 and 100 steps                                     10
 *            Fréchet distances: N = 2 beside the base and beside fewer steps, three banks of 10,000           30
 *            eight settings, one bank of 1,000                                                               8
 *   remix    Remix-DiT: four ways of three seeds, 400 steps each                                            20
 *   suite    six rows at 1.5x and 2x of three seeds, 2.3 a run, then their shuffled widths                  84 and 30
 *   second   another seed's network, of as many steps as the shipped one (0.13 s each; or `--second-steps`),
 *            then on it the claims of reuse, depth, lanes and remix                                          55 and 130
 *   latency  depth, reuse and lanes, alone and as one recipe; lanes on two cores: alone, at the end          20
 *
 * Together about ten hours of one core: parts of `--minutes`, one after another.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SHIPPED } from '@topiary/zoo/catalogue';

const MODEL = 'dit-tiny';

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: 'all' },
    minutes: { type: 'string', default: '150' },
    workers: { type: 'string', default: '2' },
    'second-steps': { type: 'string', default: String(SHIPPED.find(({ model }) => model === MODEL)!.steps) },
    small: { type: 'boolean', default: false },
  },
});

const PROJECT = join(import.meta.dirname, '../..');

/** Trained alike under another seed. */
const STEPS = values.small ? 3 : Number(values['second-steps']);
const SECOND = join('.data/dense', `${MODEL}-1-${STEPS}.onnx`);

interface Task {
  readonly part: string;
  /** A script of the project with its arguments, and those that only try it. */
  readonly script: string;
  readonly args: readonly string[];
  readonly small: readonly string[];
  /** What it writes: nobody else writes that at the same time. */
  readonly file: string;
  /** A file that it begins with. */
  readonly after?: string;
  /** Nothing else may run beside it. */
  readonly alone?: boolean;
}

const asked = (text: string): readonly string[] => text.split(' ').filter(Boolean);

const task = (part: string, file: string, args: string, small: string, rest: Partial<Task> = {}): Task => ({
  ...{ part, file, script: `scripts/experiments/${file}.ts`, args: asked(args), small: asked(small), ...rest },
});

const second = (file: string, args: string, small: string): Task =>
  task('second', file, `--teacher ${SECOND} ${args}`, `--teacher ${SECOND} ${small}`, { after: SECOND });

const FEW = '--seeds 0 --samples 20';
const FEWER_STEPS = '--seeds 0 --masks 0 --steps 3 --search 3 --samples 20';

const TASKS: readonly Task[] = [
  task('reuse', 'diffusion', '', `${FEW} --groups 1 --router 1`),
  task('depth', 'diffusion-depth', '--samples 10000', `${FEWER_STEPS} --methods learned,learned-features`),
  task('lanes', 'asyncdiff', '--part sweep', '--part sweep --steps 20 --banks 0'),
  task(
    'lanes',
    'asyncdiff',
    '--part judge --steps 50 --settings 3',
    '--part judge --steps 20 --settings 2 --banks 0 --samples 20',
  ),
  task('remix', 'remix-dit', '--steps 400', '--methods continued,remix-4-20 --seeds 0 --steps 2 --pictures 20'),
  task('suite', 'suite', '', '--rows magnitude-l2 --targets 2x --seeds 0', { script: 'scripts/suite/local.ts' }),
  task(
    'second',
    'teacher',
    `--seed 1 --steps ${STEPS} --threads 1 --no-judge`,
    `--seed 1 --steps ${STEPS} --threads 1 --no-judge`,
    {
      script: 'scripts/train-denoiser.ts',
    },
  ),
  second('diffusion', '--groups 3', `${FEW} --groups 1 --router 1`),
  second(
    'remix-dit',
    '--steps 400 --methods continued,remix-4-20',
    '--methods continued,remix-4-20 --seeds 0 --steps 2 --pictures 20',
  ),
  second('asyncdiff', '--part sweep --steps 50', '--part sweep --steps 20 --banks 0'),
  second(
    'asyncdiff',
    '--part judge --steps 50 --settings 3',
    '--part judge --steps 20 --settings 1 --banks 0 --samples 20',
  ),
  second('diffusion-depth', '--samples 5000 --masks 0', `${FEWER_STEPS} --methods oracle,scratch`),
  task(
    'lanes',
    'asyncdiff',
    '--part judge --steps 50,20 --samples 1000 --banks 0',
    '--part judge --steps 20 --settings 3 --banks 0 --samples 20',
  ),
  task('reuse', 'diffusion', '--samples 1000 --groups 5', `${FEW} --groups 5 --router 1`),
  task('latency', 'diffusion-latency', '', '--clock cpu --samples 2 --examples 1 --repetitions 1', { alone: true }),
  task('latency', 'asyncdiff-latency', '', '--steps 6 --batches 1 --samples 2 --repetitions 1', { alone: true }),
];

const SUITE = {
  board: `diffusion.${MODEL}.shapes16`,
  rows: 'magnitude-l2,random,taylor,magnitude-l1,obd-hessian,lamp',
};

const began = Date.now();
const minutes = (): number => (Date.now() - began) / 60_000;
const left = (): number => Number(values.minutes) - minutes();
const results = values.small ? await mkdtemp(join(tmpdir(), 'topiary-small-')) : null;

/** What only shows when it begins: how long the suite may take, and where it writes. */
const argsOf = ({ part, args, small }: Task): readonly string[] => {
  const own = values.small ? small : args;
  if (part !== 'suite') return own;
  const rows = values.small ? [] : ['--rows', SUITE.rows, '--controls'];
  const folder = results === null ? [] : ['--folder', results];
  return ['--boards', SUITE.board, '--workers', '1', '--minutes', left().toFixed(0), ...rows, ...folder, ...own];
};

const runTask = (one: Task): Promise<boolean> =>
  new Promise((resolve) => {
    const args = argsOf(one);
    const name = `${one.part}: ${one.script} ${args.join(' ')}`;
    console.log(`${minutes().toFixed(1)} min: begins ${name}`);
    const env = { ...process.env, ...(results === null ? {} : { RESULTS_DIR: results }) };
    const child = spawn(process.execPath, ['--import', 'tsx', one.script, ...args], {
      cwd: PROJECT,
      env,
      stdio: 'inherit',
    });
    child.once('exit', (code) => {
      console.log(`${minutes().toFixed(1)} min: ${code === 0 ? 'ended' : `failed (${code})`} ${name}`);
      resolve(code === 0);
    });
  });

const chosen = TASKS.filter(({ part }) => values.part === 'all' || values.part.split(',').includes(part));
const waiting = chosen.filter(({ alone }) => !alone);
const busy = new Set<string>();
const failed: Task[] = [];

const take = (): Task | null => {
  const i = waiting.findIndex(
    ({ file, after }) => !busy.has(file) && (after === undefined || existsSync(join(PROJECT, after))),
  );
  return i < 0 ? null : waiting.splice(i, 1)[0]!;
};

const pause = (): Promise<void> => new Promise((next) => setTimeout(next, 2000));

/** Until nothing is left that could begin, now or when another one has ended. */
const work = async (): Promise<void> => {
  while (waiting.length > 0 && left() > 0) {
    const one = take();
    if (one === null) {
      if (busy.size === 0) return;
      await pause();
      continue;
    }
    busy.add(one.file);
    if (!(await runTask(one))) failed.push(one);
    busy.delete(one.file);
  }
};

await Promise.all(Array.from({ length: Number(values.workers) }, work));
for (const one of chosen.filter(({ alone }) => alone)) if (!(await runTask(one))) failed.push(one);
for (const { part, script } of waiting) console.log(`not begun: ${part}, ${script}`);
for (const { part, script } of failed) console.log(`failed: ${part}, ${script}`);
if (results !== null) console.log(`tried in ${results}`);
process.exitCode = failed.length > 0 ? 1 : 0;
