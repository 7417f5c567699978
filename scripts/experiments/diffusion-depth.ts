/**
 * Half of the blocks of the shipped diffusion transformer: TinyFusion's learned choice beside other choices of as many blocks, a
 * beginning from scratch, and distillation by features; the loss before, the noise error of test pictures after the fine-tuning,
 * and samples. What begins from scratch is the zoo's network of another seed, trained at the rate that the base was trained with.
 * Command: npx tsx scripts/experiments/diffusion-depth.ts [--seeds 0,1,2] [--masks 16] [--steps 300] [--batch 128]
 *   [--search 300] [--samples 1000] [--methods learned,oracle] [--teacher file.onnx] [--threads 1] [--print]
 * `--masks`: masks drawn by chance, for the rank correlation of the losses before and after; all of them are fine-tuned on the
 * same batches, and the loss before is that of the same batches, so that masks alone tell them apart. Every result is written at
 * once; what the file holds already, of the same teacher, budget and number of samples, is skipped.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { RecipeInput } from '@topiary/contracts';
import { standard } from '@topiary/lowering';
import { encode } from '@topiary/onnx';
import { graphOf, type Pipeline } from '@topiary/pipeline';
import { blocksOf } from '@topiary/pruning';
import { boardOf } from '@topiary/tracks';
import { buildDenoiser, denoiserOf, materialize, randomFrom } from '@topiary/zoo';
import { BOARD, type Diffusion, outcomeOf, readNetwork, withDiffusion } from './diffusion-context.js';
import { type Errors, type Judged, noiseErrors } from './diffusion-judge.js';
import { byTeacher, printDepth } from './diffusion-print.js';
import { addResult, isRecorded, readResults } from './results.js';
import { settings, TEACHER, teacher } from './teacher.js';

const NAME = 'diffusion-depth';

const { values } = parseArgs({
  options: {
    ...TEACHER,
    seeds: { type: 'string', default: '0,1,2' },
    masks: { type: 'string', default: '16' },
    /** Empty: all. */
    methods: { type: 'string', default: '' },
    steps: { type: 'string', default: '300' },
    batch: { type: 'string', default: '128' },
    search: { type: 'string', default: '300' },
    samples: { type: 'string', default: '1000' },
    threads: { type: 'string', default: '1' },
    print: { type: 'boolean', default: false },
  },
});

type Params = Readonly<Record<string, number | string>>;
interface Method {
  readonly id: string;
  readonly params: Params;
  readonly distils?: boolean;
  /** From new weights, at this rate. */
  readonly beginsAt?: number;
}

const METHODS: readonly Method[] = [
  { id: 'learned', params: { which: 'learned' } },
  { id: 'oracle', params: { which: 'oracle' } },
  { id: 'shortgpt', params: { which: 'shortgpt' } },
  { id: 'sensitivity', params: { which: 'sensitivity' } },
  { id: 'minimum-loss', params: { which: 'minimum-loss' } },
  { id: 'first-half', params: { which: 'first-half' } },
  { id: 'random', params: { which: 'random' } },
  { id: 'learned-features', params: { which: 'learned', features: 0.01 }, distils: true },
  { id: 'scratch', params: { which: 'oracle' }, beginsAt: 8e-3 },
];

export interface DepthRun extends Judged, Errors {
  /** The base network's file. */
  readonly teacher: string;
  readonly method: string;
  readonly seed: number;
  /** Which of those drawn by chance that share the seed of their fine-tuning; null: none of them. */
  readonly mask: number | null;
  /** Of the fine-tuning and of the search. */
  readonly steps: number;
  readonly batch: number;
  readonly search: number;
  /** Of the fine-tuning. */
  readonly lr: number;
  readonly kept: readonly string[];
  /** A group of the search had no mask of 0.9 or more at its end. */
  readonly undecided: boolean;
  /** Training loss right after the other blocks are gone, on four batches. */
  readonly calibration: number;
  readonly load: number;
}

const [steps, batch, search] = [Number(values.steps), Number(values.batch), Number(values.search)];

/** What is run: a method under a seed, or under the first one a mask by chance. */
interface Wanted {
  readonly method: Method;
  readonly seed: number;
  readonly mask: number | null;
}

const rateOf = ({ beginsAt }: Method): number => beginsAt ?? boardOf(BOARD).finetune.lr;

/** What tells its run from others. */
const aboutOf = ({ method, seed, mask }: Wanted) => ({
  ...{ teacher, samples: Number(values.samples), method: method.id, seed, mask, steps, batch, search },
  lr: rateOf(method),
});

/** The zoo's network with weights that nobody trained, of no seed that a base was trained from. */
const untrained = (seed: number): Promise<Pipeline> =>
  readNetwork(encode(standard(materialize(buildDenoiser(denoiserOf('dit-tiny')), 1000 + seed))));

const recipeOf = (method: Method): RecipeInput => ({
  ...{ procedure: 'tinyfusion', criterion: null, params: { procedure: { ...method.params, steps: search } } },
  finetune: {
    ...{ steps, batch, lr: rateOf(method) },
    ...(method.distils ? { distillation: 'soft', distillationWeight: 0.9 } : {}),
  },
});

const measure = async (diffusion: Diffusion, wanted: Wanted): Promise<void> => {
  const { method, seed, mask } = wanted;
  const { compute, judge } = diffusion;
  let calibration = Number.NaN;
  const { pipeline, flags } = await outcomeOf(
    diffusion,
    { recipe: recipeOf(method), target: 'free' },
    {
      ...(mask === null ? {} : { random: (about: string) => randomFrom(`${about}, mask ${mask}`) }),
      ...(method.beginsAt === undefined ? {} : { pipeline: await untrained(seed) }),
      point: (_stage, series, _step, value) => {
        if (series === 'calibration-loss') calibration = value;
      },
    },
  );
  const errors = await noiseErrors(pipeline, compute, { settings, steps: settings.steps });
  const run: DepthRun = {
    ...{ ...aboutOf(wanted), calibration, ...errors },
    ...{ kept: blocksOf(graphOf(pipeline)).map(({ name }) => name), undecided: flags.includes('undecided') },
    ...(await judge(pipeline, seed)),
    load: loadavg()[0]!,
  };
  await addResult(NAME, run);
  console.log(
    `${method.id}/${seed}${mask === null ? '' : `, mask ${mask}`}: loss ${calibration.toFixed(4)}, then error ${run.noiseError.toFixed(5)}, Fréchet ${run.frechet.toFixed(2)}; ${run.kept.join(' ')}`,
  );
};

const seeds = values.seeds.split(',').map(Number);
const chosen = METHODS.filter(({ id }) => values.methods === '' || values.methods.split(',').includes(id));
const random = METHODS.find(({ id }) => id === 'random')!;
/** All methods under every seed, then masks by chance under the first. */
const wanted: readonly Wanted[] = [
  ...seeds.flatMap((seed) => chosen.map((method) => ({ method, seed, mask: null }))),
  ...Array.from({ length: Number(values.masks) }, (_, mask) => ({
    method: { ...random, id: 'mask' },
    seed: seeds[0]!,
    mask,
  })),
];

if (!values.print) {
  for (const one of wanted) {
    if (await isRecorded(NAME, aboutOf(one))) continue;
    const opened = { seed: one.seed, threads: Number(values.threads), samples: Number(values.samples) };
    await withDiffusion(opened, (diffusion) => measure(diffusion, one));
  }
}
for (const same of byTeacher(await readResults<DepthRun>(NAME))) printDepth(same);
