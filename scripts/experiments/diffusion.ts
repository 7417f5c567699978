/**
 * What methods do to the shipped diffusion transformer, in pictures: Learning-to-Cache beside fewer steps at equal MACs of a
 * trajectory, and beside as many sub-layers reused by chance, from the top, from the bottom, by how little they change.
 * Each seed has a bank of noise and a router of its own.
 * Command: npx tsx scripts/experiments/diffusion.ts [--part reuse] [--seeds 0,1,2] [--samples 1000] [--threads 1]
 * Every result is written at once; what the file holds already is skipped.
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { parseTarget, type RecipeInput } from '@topiary/contracts';
import { procedureOf } from '@topiary/methods';
import { type Pipeline, pipelineCosts } from '@topiary/pipeline';
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
const RATIOS = [1.3, 1.6];
const WHICH = ['learned', 'random', 'top', 'bottom', 'metric'] as const;
const STEPS = [18, 16, 15, 12, 10];
/** Training steps of the router for each step that reuses, and its batch. */
const ROUTER = { steps: 15, batch: 64 };

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

const WANTED: readonly Wanted[] = [
  { method: 'base', asked: null },
  ...RATIOS.flatMap((asked) => WHICH.map((method) => ({ method, asked }))),
  ...STEPS.map((asked) => ({ method: 'ddim', asked })),
  ...[15, 12].map((asked) => ({ method: 'dpm-solver++', asked })),
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

const measure = async (context: RunContext, prepared: Prepared, seed: number): Promise<void> => {
  const { task, pipeline: base } = prepared;
  const compute = ownCompute(context);
  const { options } = context.protocol;
  const judge = judgeOf(base, compute, {
    samples: Number(values.samples),
    critic: String(options['critic']),
    settings: context.job.model.settings,
  });
  const whole = task.costs(base)['trajectory-macs']!;
  for (const wanted of WANTED) {
    if ((await readResults<ReuseRun>(NAME)).some((run) => isSame(run, wanted, seed))) continue;
    const { pipeline, reused } = await make(context, prepared, wanted, seed);
    const left = pipelineCosts(pipeline, 'pure').trajectoryMacs ?? task.costs(pipeline)['trajectory-macs']!;
    // on held-out examples: the bank is the same for all
    const { values: found } = await task.evaluate(pipeline, 'held', compute, { examples: 500 });
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
if (!values.print) {
  for (const seed of values.seeds.split(',').map(Number)) {
    const open = { model: await readFile(shippedPath(shipped.sha256)), normalisation: shipped.settings };
    const rest = { board: BOARD, recipe: {}, target: '2x', seed, threads: Number(values.threads), dataDir: '' };
    await withContext(
      {
        ...open,
        ...rest,
        normalisation: shipped.settings as Readonly<Record<string, unknown>>,
        codeVersion: 'experiment',
      },
      async (context) => measure(context, await prepare(context), seed),
    );
  }
}
printReuse(await readResults<ReuseRun>(NAME));
