/**
 * What methods do to the shipped diffusion transformer, in pictures: Learning-to-Cache beside fewer steps (DDIM, DPM-Solver++) at
 * no fewer MACs of a trajectory, and beside as many sub-layers reused by chance, from the top, from the bottom, by how little they
 * change. Each seed has a bank of noise and a router of its own. Seed 0 is left out: its router served to choose the price.
 * Command: npx tsx scripts/experiments/diffusion.ts [--seeds 1,2,3] [--samples 10000] [--groups 4] [--teacher file.onnx] [--threads 1]
 * Every result is written at once; what the file holds already, of this teacher, as many samples and the same router, is skipped.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { ProcedureOutcome } from '@topiary/methods';
import type { Pipeline } from '@topiary/pipeline';
import { contentOf, type Diffusion, outcomeOf, withDiffusion } from './diffusion-context.js';
import { type Errors, type Judged, noiseErrors } from './diffusion-judge.js';
import { byTeacher, printReuse } from './diffusion-print.js';
import { MORE, PRICES, ROUTER_STEPS, routed, SOME } from './diffusion-router.js';
import { addResult, isRecorded, readResults } from './results.js';
import { settings, TEACHER, teacher } from './teacher.js';

const NAME = 'diffusion';
const { values } = parseArgs({
  options: {
    ...TEACHER,
    seeds: { type: 'string', default: '1,2,3' },
    samples: { type: 'string', default: '10000' },
    /** Of rows, the first ones. */
    groups: { type: 'string', default: '4' },
    /** Training steps of the router for each step that reuses. */
    router: { type: 'string', default: String(ROUTER_STEPS) },
    threads: { type: 'string', default: '1' },
    print: { type: 'boolean', default: false },
  },
});

export interface ReuseRun extends Judged, Errors {
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
  /** Training steps of the router for each step that reuses, and its λ; null: nothing was learned. */
  readonly router: number | null;
  readonly price: number | null;
  /** Sub-layers reused at each step that reuses, in the order of the sampling. */
  readonly reused: readonly number[] | null;
  /** Of these, in the first half of the sampling and in the second. */
  readonly halves: { readonly noisier: number; readonly cleaner: number } | null;
  /** Gates of the router that ended below its threshold of 0.1, and those between this and 0.9. */
  readonly gates: { readonly closed: number; readonly undecided: number; readonly of: number } | null;
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
  [{ method: 'base', asked: null }, ...chosenAt(SOME, ['learned', 'random']), ...stepsOf('ddim', 15)],
  [...chosenAt(MORE, ['learned', 'random']), ...stepsOf('ddim', 12)],
  [...chosenAt(SOME, ['top', 'bottom', 'metric']), ...chosenAt(MORE, ['top', 'bottom', 'metric'])],
  stepsOf('dpm-solver++', 15, 12),
  [...stepsOf('ddim', 18, 16, 10), ...stepsOf('dpm-solver++', 20)],
];

const isSampler = (method: string): boolean => method === 'ddim' || method === 'dpm-solver++';

type Made = Pick<ReuseRun, 'reused' | 'halves' | 'gates'> & { readonly pipeline: Pipeline };

const NOTHING = { reused: null, halves: null, gates: null };

/** A sub-layer is computed where its gate is above it. */
const THRESHOLD = 0.1;

/** What the router's gates ended as. */
const gatesOf = (values: readonly (readonly number[])[]): ReuseRun['gates'] => {
  const all = values.flat();
  const closed = all.filter((gate) => gate <= THRESHOLD).length;
  return { closed, undecided: all.filter((gate) => gate < 1 - THRESHOLD).length - closed, of: all.length };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const halvesOf = (reused: readonly number[]): ReuseRun['halves'] => {
  const middle = Math.floor(reused.length / 2);
  return { noisier: sum(reused.slice(0, middle)), cleaner: sum(reused.slice(-middle)) };
};

/** Whether a router says how many sub-layers are reused, and at which λ. */
const learnedFor = ({ method, asked }: Wanted): Pick<ReuseRun, 'router' | 'price'> =>
  method === 'base' || isSampler(method)
    ? { router: null, price: null }
    : { router: Number(values.router), price: PRICES[asked!]! };

/** What is run instead of the base, and what its procedure tells. */
const outcome = (diffusion: Diffusion, { method, asked }: Wanted): Promise<ProcedureOutcome> => {
  if (!isSampler(method)) return routed(diffusion, { which: method, speedup: asked!, steps: Number(values.router) });
  const procedure = { steps: asked!, sampler: method };
  const recipe = { procedure: 'fewer-steps', criterion: null, params: { procedure } };
  return outcomeOf(diffusion, { recipe, target: 'free' });
};

const make = async (diffusion: Diffusion, wanted: Wanted): Promise<Made> => {
  if (wanted.method === 'base') return { pipeline: diffusion.prepared.pipeline, ...NOTHING };
  const { pipeline, facts } = await outcome(diffusion, wanted);
  const schedule = contentOf<{ mask: { computed: boolean[][] } }>(facts, 'schedule');
  const gates = contentOf<{ values: number[][] }>(facts, 'gates');
  if (!schedule || !gates) return { pipeline, ...NOTHING };
  const { computed } = schedule.mask;
  const steps = computed[0]!.map((_, step) => computed.filter((row) => !row[step]).length);
  const reused = steps.filter((_, step) => step % 2 === 1);
  return { pipeline, reused, halves: halvesOf(reused), gates: gatesOf(gates.values) };
};

/** What tells its run from others. */
const aboutOf = (wanted: Wanted, seed: number) => ({
  ...{ part: 'reuse', teacher, samples: Number(values.samples), seed, ...wanted },
  ...learnedFor(wanted),
});

const measure = async (diffusion: Diffusion, group: readonly Wanted[], seed: number): Promise<void> => {
  const { prepared, compute, judge } = diffusion;
  const { task, pipeline: base } = prepared;
  const whole = task.costs(base)['trajectory-macs']!;
  for (const wanted of group) {
    if (await isRecorded(NAME, aboutOf(wanted, seed))) continue;
    const { pipeline, ...made } = await make(diffusion, wanted);
    const left = task.costs(pipeline)['trajectory-macs']!;
    const errors = await noiseErrors(pipeline, compute, { settings, steps: settings.steps });
    const judged = await judge(pipeline, seed);
    const run: ReuseRun = {
      ...{ part: 'reuse', teacher, ...wanted, seed, achieved: whole / left, ...learnedFor(wanted) },
      ...{ ...judged, ...errors, ...made, load: loadavg()[0]! },
    };
    await addResult(NAME, run);
    console.log(
      `${wanted.method} ${wanted.asked ?? ''}/${seed}: ${run.achieved.toFixed(3)}x, Fréchet ${run.frechet.toFixed(3)}, rel-L2 ${run.relL2.toFixed(4)}`,
    );
  }
};

const runGroup = async (group: readonly Wanted[], seed: number): Promise<void> => {
  const known = await Promise.all(group.map((wanted) => isRecorded(NAME, aboutOf(wanted, seed))));
  if (known.every(Boolean)) return;
  const opened = { seed, threads: Number(values.threads), samples: Number(values.samples) };
  await withDiffusion(opened, (diffusion) => measure(diffusion, group, seed));
};

if (!values.print)
  for (const group of GROUPS.slice(0, Number(values.groups)))
    for (const seed of values.seeds.split(',').map(Number)) await runGroup(group, seed);
for (const same of byTeacher(await readResults<ReuseRun>(NAME))) printReuse(same);
