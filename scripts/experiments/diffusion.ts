/**
 * What methods do to the shipped diffusion transformer, in pictures: Learning-to-Cache beside fewer steps at equal MACs of a
 * trajectory, and beside as many sub-layers reused by chance, from the top, from the bottom, by how little they change.
 * Each seed has a bank of noise and a router of its own.
 * Command: npx tsx scripts/experiments/diffusion.ts [--seeds 0,1,2] [--samples 1000] [--threads 1]
 * Every result is written at once; what the file holds already is skipped.
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { parseTarget, type RecipeInput } from '@topiary/contracts';
import { procedureOf } from '@topiary/methods';
import type { Pipeline } from '@topiary/pipeline';
import { fillRecipe } from '@topiary/tracks';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { ownCompute } from '../../workers/evaluator/src/compute.js';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { type Prepared, prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { procedureIn, withContext } from './context.js';
import { type Judged, judgeOf } from './diffusion-judge.js';
import { printReuse } from './diffusion-print.js';
import { addResult, readResults } from './results.js';

const NAME = 'diffusion';
const BOARD = 'diffusion.dit-tiny.shapes16';
const WHICH = ['learned', 'random', 'top', 'bottom', 'metric'] as const;
/** Training steps of the router for each step that reuses, and its batch. */
const ROUTER = { steps: 40, batch: 32 };

/** Of the bank of noised pictures. */
const EXAMPLES = 200;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2' },
    samples: { type: 'string', default: '1000' },
    threads: { type: 'string', default: '1' },
    print: { type: 'boolean', default: false },
  },
});

export interface ReuseRun extends Judged {
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

const chosenAt = (asked: number, methods: readonly string[] = WHICH): Wanted[] =>
  methods.map((method) => ({ method, asked }));
const stepsOf = (method: string, ...steps: readonly number[]): Wanted[] => steps.map((asked) => ({ method, asked }));

/** All seeds of the first group, then of the next: what says most comes first. */
const GROUPS: readonly (readonly Wanted[])[] = [
  [{ method: 'base', asked: null }, ...chosenAt(1.6, ['learned', 'random', 'top', 'bottom']), ...stepsOf('ddim', 12)],
  [...chosenAt(1.3, ['learned', 'random', 'top', 'bottom']), ...stepsOf('ddim', 15)],
  [...chosenAt(1.6, ['metric']), ...chosenAt(1.3, ['metric']), ...stepsOf('ddim', 18, 16, 10)],
  stepsOf('dpm-solver++', 20, 15, 12),
];

const recipeOf = ({ method, asked }: Wanted): { readonly recipe: RecipeInput; readonly target: string } => {
  if (method === 'ddim' || method === 'dpm-solver++') {
    const procedure = { steps: asked!, sampler: method };
    return { recipe: { procedure: 'fewer-steps', criterion: null, params: { procedure } }, target: 'free' };
  }
  const procedure = { which: method, steps: ROUTER.steps };
  const recipe: RecipeInput = {
    ...{ procedure: 'learning-to-cache', criterion: null, params: { procedure } },
    finetune: { batch: ROUTER.batch },
  };
  return { recipe, target: `trajectory-macs:${asked}x` };
};

interface Made {
  readonly pipeline: Pipeline;
  readonly reused: readonly number[] | null;
}

/** What was learned of a seed's router serves all who choose. */
const routers = new Map<number, Uint8Array>();

const make = async (context: RunContext, prepared: Prepared, wanted: Wanted, seed: number): Promise<Made> => {
  if (wanted.method === 'base') return { pipeline: prepared.pipeline, reused: null };
  const asked = recipeOf(wanted);
  const recipe = fillRecipe(context.board, asked.recipe);
  const target = parseTarget(asked.target);
  const given = {
    ...procedureIn(context, prepared),
    stage: <T>(_: string, body: (progress: (share: number) => void) => Promise<T>) => body(() => undefined),
    restore: async () => routers.get(seed) ?? null,
    checkpoint: async (state: Uint8Array) => void routers.set(seed, state),
  };
  const { pipeline, facts } = await procedureOf(recipe).run(given, {
    target: target.value > 1 ? target : null,
    counter: context.protocol.counter,
    recipe,
    params: recipe.params.procedure,
  });
  const fact = facts.find(({ view }) => view === 'schedule');
  if (!fact) return { pipeline, reused: null };
  const { computed } = JSON.parse(new TextDecoder().decode(fact.bytes)).mask as { computed: boolean[][] };
  const steps = computed[0]!.map((_, step) => computed.filter((row) => !row[step]).length);
  return { pipeline, reused: steps.filter((_, step) => step % 2 === 1) };
};

const isSame = (run: ReuseRun, { method, asked }: Wanted, seed: number): boolean =>
  run.part === 'reuse' && run.method === method && run.asked === asked && run.seed === seed;

const measure = async (
  context: RunContext,
  prepared: Prepared,
  group: readonly Wanted[],
  seed: number,
): Promise<void> => {
  const { task, pipeline: base } = prepared;
  const compute = ownCompute(context);
  const { options } = context.protocol;
  const judge = judgeOf(base, compute, {
    samples: Number(values.samples),
    critic: String(options['critic']),
    settings: context.job.model.settings,
  });
  const whole = task.costs(base)['trajectory-macs']!;
  for (const wanted of group) {
    if ((await readResults<ReuseRun>(NAME)).some((run) => isSame(run, wanted, seed))) continue;
    const { pipeline, reused } = await make(context, prepared, wanted, seed);
    const left = task.costs(pipeline)['trajectory-macs']!;
    // on held-out examples: the bank is the same for all
    const { values: found } = await task.evaluate(pipeline, 'held', compute, { examples: EXAMPLES });
    const judged = await judge(pipeline, seed);
    const run: ReuseRun = {
      ...{ part: 'reuse', ...wanted, seed, achieved: whole / left, ...judged },
      ...{ noiseError: found['noise-error']!, reused, load: loadavg()[0]! },
    };
    await addResult(NAME, run);
    console.log(
      `${wanted.method} ${wanted.asked ?? ''}/${seed}: ${run.achieved.toFixed(3)}x, Fréchet ${run.frechet.toFixed(3)}, rel-L2 ${run.relL2.toFixed(4)}`,
    );
  }
};

const shipped = SHIPPED.find(({ model }) => model === 'dit-tiny')!;
const runGroup = async (group: readonly Wanted[], seed: number): Promise<void> => {
  const known = await readResults<ReuseRun>(NAME);
  if (group.every((wanted) => known.some((run) => isSame(run, wanted, seed)))) return;
  const open = {
    ...{ board: BOARD, recipe: {}, target: '2x', seed, threads: Number(values.threads), dataDir: '' },
    ...{ model: await readFile(shippedPath(shipped.sha256)), codeVersion: 'experiment' },
    normalisation: shipped.settings as Readonly<Record<string, unknown>>,
  };
  await withContext(open, async (context) => measure(context, await prepare(context), group, seed));
};

if (!values.print)
  for (const group of GROUPS) for (const seed of values.seeds.split(',').map(Number)) await runGroup(group, seed);
printReuse(await readResults<ReuseRun>(NAME));
