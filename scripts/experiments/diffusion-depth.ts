/**
 * Half of the blocks of the shipped diffusion transformer: TinyFusion's learned choice beside other choices of as many blocks, a
 * beginning from scratch, and distillation by features; the loss before and after the fine-tuning, and samples.
 * Command: npx tsx scripts/experiments/diffusion-depth.ts [--seeds 0,1,2] [--masks 16] [--steps 300] [--batch 128]
 *   [--search 300] [--samples 1000] [--methods learned,oracle] [--teacher file.onnx] [--threads 1] [--print]
 * `--masks`: masks drawn by chance, for the rank correlation of the losses before and after. Every result is written at once;
 * what the file holds already, of the same teacher, budget and number of samples, is skipped.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { graphOf } from '@topiary/pipeline';
import { blocksOf } from '@topiary/pruning';
import { type Diffusion, outcomeOf, withDiffusion } from './diffusion-context.js';
import type { Judged } from './diffusion-judge.js';
import { byTeacher, printDepth } from './diffusion-print.js';
import { addResult, readResults } from './results.js';
import { TEACHER, teacher } from './teacher.js';

const NAME = 'diffusion-depth';
/** Of the bank of noised pictures, held out from the training. */
const EXAMPLES = 500;

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
  { id: 'scratch', params: { which: 'oracle', begin: 'scratch' } },
];

export interface DepthRun extends Judged {
  /** The base network's file. */
  readonly teacher: string;
  readonly method: string;
  readonly seed: number;
  /** Of the fine-tuning and of the search. */
  readonly steps: number;
  readonly batch: number;
  readonly search: number;
  readonly kept: readonly string[];
  /** Training loss right after the other blocks are gone, on four batches. */
  readonly calibration: number;
  readonly noiseError: number;
  readonly load: number;
}

const [steps, batch, search] = [Number(values.steps), Number(values.batch), Number(values.search)];

const isSame = (run: DepthRun, { id }: Method, seed: number): boolean =>
  Object.entries({ teacher, samples: Number(values.samples), method: id, seed, steps, batch, search }).every(
    ([key, value]) => run[key as keyof DepthRun] === value,
  );

const measure = async (diffusion: Diffusion, method: Method, seed: number): Promise<void> => {
  const { prepared, compute, judge } = diffusion;
  const distillation = method.distils ? ({ distillation: 'soft', distillationWeight: 0.9 } as const) : {};
  const recipe = {
    ...{ procedure: 'tinyfusion', criterion: null, params: { procedure: { ...method.params, steps: search } } },
    finetune: { steps, batch, ...distillation },
  };
  let calibration = Number.NaN;
  const { pipeline } = await outcomeOf(
    diffusion,
    { recipe, target: 'free' },
    {
      point: (_stage, series, _step, value) => {
        if (series === 'calibration-loss') calibration = value;
      },
    },
  );
  const { values: found } = await prepared.task.evaluate(pipeline, 'held', compute, { examples: EXAMPLES });
  const run: DepthRun = {
    ...{ teacher, method: method.id, seed, steps, batch, search, calibration, noiseError: found['noise-error']! },
    ...{ kept: blocksOf(graphOf(pipeline)).map(({ name }) => name), ...(await judge(pipeline, seed)) },
    load: loadavg()[0]!,
  };
  await addResult(NAME, run);
  console.log(
    `${method.id}/${seed}: loss ${calibration.toFixed(4)}, then error ${run.noiseError.toFixed(5)}, Fréchet ${run.frechet.toFixed(2)}; ${run.kept.join(' ')}`,
  );
};

const seeds = values.seeds.split(',').map(Number);
const chosen = METHODS.filter(({ id }) => values.methods === '' || values.methods.split(',').includes(id));
const random = METHODS.find(({ id }) => id === 'random')!;
/** All methods under every seed, then more masks by chance. */
const wanted = [
  ...seeds.flatMap((seed) => chosen.map((method) => ({ method, seed }))),
  ...Array.from({ length: Number(values.masks) }, (_, seed) => ({ method: random, seed })),
];

if (!values.print) {
  for (const { method, seed } of wanted) {
    if ((await readResults<DepthRun>(NAME)).some((run) => isSame(run, method, seed))) continue;
    const opened = { seed, threads: Number(values.threads), samples: Number(values.samples) };
    await withDiffusion(opened, (diffusion) => measure(diffusion, method, seed));
  }
}
for (const same of byTeacher(await readResults<DepthRun>(NAME))) printDepth(same);
