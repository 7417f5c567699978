/**
 * What methods do to the shipped diffusion transformer, in pictures: Learning-to-Cache beside fewer steps at equal MACs of a
 * trajectory, and beside as many sub-layers reused by chance, from the top, from the bottom, by how little they change.
 * Each seed has a bank of noise and a router of its own.
 * Command: npx tsx scripts/experiments/diffusion.ts [--seeds 0,1,2] [--samples 1000] [--groups 5] [--teacher file.onnx] [--threads 1]
 * Every result is written at once; what the file holds already, of this teacher and as many samples, is skipped. *Findings* quotes
 * 10,000 samples.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RecipeInput } from '@topiary/contracts';
import type { Pipeline } from '@topiary/pipeline';
import { type Asked, type Diffusion, outcomeOf, withDiffusion } from './diffusion-context.js';
import type { Judged } from './diffusion-judge.js';
import { byTeacher, printReuse } from './diffusion-print.js';
import { addResult, readResults } from './results.js';
import { TEACHER, teacher } from './teacher.js';

const NAME = 'diffusion';
/** Of the router. */
const BATCH = 32;
/** λ for each speed-up: at 1e-3 the noisier half of the steps reuses everything, and nothing is left to choose. */
const PRICES: Readonly<Record<number, number>> = { 1.3: 1e-4, 1.6: 1e-3 };

/** Of the bank of noised pictures. */
const EXAMPLES = 200;

const { values } = parseArgs({
  options: {
    ...TEACHER,
    seeds: { type: 'string', default: '0,1,2' },
    samples: { type: 'string', default: '1000' },
    /** Of rows, the first ones. */
    groups: { type: 'string', default: '5' },
    /** Training steps of the router for each step that reuses. */
    router: { type: 'string', default: '40' },
    threads: { type: 'string', default: '1' },
    print: { type: 'boolean', default: false },
  },
});

export interface ReuseRun extends Judged {
  /** The base network's file. */
  readonly teacher: string;
  readonly part: 'reuse';
  /** `ddim` and `dpm-solver++`: fewer steps; else who chooses what is reused. */
  readonly method: string;
  /** Steps of the sampling, or the speed-up that was asked for; null: the base. */
  readonly asked: number | null;
  readonly seed: number;
  /** MACs of a trajectory, base over left. */
  readonly achieved: number;
  readonly noiseError: number;
  /** Sub-layers reused at each step that reuses, in the order of the sampling. */
  readonly reused: readonly number[] | null;
  readonly load: number;
}

interface Wanted {
  readonly method: string;
  readonly asked: number | null;
}

const chosenAt = (asked: number, methods: readonly string[]): Wanted[] => methods.map((method) => ({ method, asked }));
const stepsOf = (method: string, ...steps: readonly number[]): Wanted[] => steps.map((asked) => ({ method, asked }));

/** All seeds of the first group, then of the next: what says most comes first. */
const GROUPS: readonly (readonly Wanted[])[] = [
  [{ method: 'base', asked: null }, ...chosenAt(1.3, ['learned', 'random']), ...stepsOf('ddim', 15)],
  [...chosenAt(1.6, ['learned', 'random']), ...stepsOf('ddim', 12)],
  [...chosenAt(1.3, ['top', 'bottom', 'metric']), ...chosenAt(1.6, ['top', 'bottom', 'metric'])],
  stepsOf('ddim', 18, 16, 10),
  stepsOf('dpm-solver++', 20, 15, 12),
];

const recipeOf = ({ method, asked }: Wanted): Asked => {
  if (method === 'ddim' || method === 'dpm-solver++') {
    const procedure = { steps: asked!, sampler: method };
    return { recipe: { procedure: 'fewer-steps', criterion: null, params: { procedure } }, target: 'free' };
  }
  const procedure = { which: method, steps: Number(values.router), price: PRICES[asked!]! };
  const recipe: RecipeInput = {
    ...{ procedure: 'learning-to-cache', criterion: null, params: { procedure } },
    finetune: { batch: BATCH },
  };
  return { recipe, target: `trajectory-macs:${asked}x` };
};

interface Made {
  readonly pipeline: Pipeline;
  readonly reused: readonly number[] | null;
}

/** What was learned of a seed's router serves all who choose, in later runs of this script, too. */
const ROUTERS = join(import.meta.dirname, '../../.data/experiments');
const routerOf = ({ asked }: Wanted, seed: number): string =>
  join(ROUTERS, `diffusion-router-${teacher.slice(0, 8)}-${values.router}-${PRICES[asked ?? 0]}-${seed}.json`);

const make = async (diffusion: Diffusion, wanted: Wanted, seed: number): Promise<Made> => {
  if (wanted.method === 'base') return { pipeline: diffusion.prepared.pipeline, reused: null };
  const router = routerOf(wanted, seed);
  const { pipeline, facts } = await outcomeOf(diffusion, recipeOf(wanted), {
    restore: async () => (existsSync(router) ? new Uint8Array(readFileSync(router)) : null),
    checkpoint: async (state) => {
      mkdirSync(ROUTERS, { recursive: true });
      writeFileSync(router, state);
    },
  });
  const fact = facts.find(({ view }) => view === 'schedule');
  if (!fact) return { pipeline, reused: null };
  const { computed } = JSON.parse(new TextDecoder().decode(fact.bytes)).mask as { computed: boolean[][] };
  const steps = computed[0]!.map((_, step) => computed.filter((row) => !row[step]).length);
  return { pipeline, reused: steps.filter((_, step) => step % 2 === 1) };
};

const isSame = (run: ReuseRun, { method, asked }: Wanted, seed: number): boolean =>
  run.part === 'reuse' &&
  run.teacher === teacher &&
  run.samples === Number(values.samples) &&
  run.method === method &&
  run.asked === asked &&
  run.seed === seed;

const measure = async (diffusion: Diffusion, group: readonly Wanted[], seed: number): Promise<void> => {
  const { prepared, compute, judge } = diffusion;
  const { task, pipeline: base } = prepared;
  const whole = task.costs(base)['trajectory-macs']!;
  for (const wanted of group) {
    if ((await readResults<ReuseRun>(NAME)).some((run) => isSame(run, wanted, seed))) continue;
    const { pipeline, reused } = await make(diffusion, wanted, seed);
    const left = task.costs(pipeline)['trajectory-macs']!;
    // on held-out examples: the bank is the same for all
    const { values: found } = await task.evaluate(pipeline, 'held', compute, { examples: EXAMPLES });
    const judged = await judge(pipeline, seed);
    const run: ReuseRun = {
      ...{ part: 'reuse', teacher, ...wanted, seed, achieved: whole / left, ...judged },
      ...{ noiseError: found['noise-error']!, reused, load: loadavg()[0]! },
    };
    await addResult(NAME, run);
    console.log(
      `${wanted.method} ${wanted.asked ?? ''}/${seed}: ${run.achieved.toFixed(3)}x, Fréchet ${run.frechet.toFixed(3)}, rel-L2 ${run.relL2.toFixed(4)}`,
    );
  }
};

const runGroup = async (group: readonly Wanted[], seed: number): Promise<void> => {
  const known = await readResults<ReuseRun>(NAME);
  if (group.every((wanted) => known.some((run) => isSame(run, wanted, seed)))) return;
  const opened = { seed, threads: Number(values.threads), samples: Number(values.samples) };
  await withDiffusion(opened, (diffusion) => measure(diffusion, group, seed));
};

if (!values.print)
  for (const group of GROUPS.slice(0, Number(values.groups)))
    for (const seed of values.seeds.split(',').map(Number)) await runGroup(group, seed);
for (const same of byTeacher(await readResults<ReuseRun>(NAME))) printReuse(same);
