/**
 * How often a criterion must be estimated anew while a network is cut to 2x: 1, 5, 10, 20, 40 and 100 times, by all
 * criteria, on ResNet-tiny and VGG-tiny (shapes32) and ResNet-56 (the CIFAR-10 sample). Of every cut: seconds, the channels
 * kept, accuracy right after it; with `--part train` after the board's fine-tuning, too, by three criteria.
 * Command: npx tsx scripts/experiments/solver-study.ts [--networks resnet-tiny,vgg-tiny] [--criteria taylor] [--part cut,train]
 * Every result is written at once; what the file holds already is skipped, and so is, with a line that says so, a cut that
 * would take longer than `--limit` seconds by what fewer estimates took.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { parseTarget, type RecipeInput } from '@topiary/contracts';
import { METHODS, prune, trainPipeline } from '@topiary/methods';
import { fillRecipe } from '@topiary/tracks';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { evaluateOn } from '../../workers/evaluator/src/stages/evaluate.js';
import { type Prepared, prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { table } from '../bench/summary.js';
import { procedureIn, type Run, withContext } from './context.js';
import { addResult, readResults } from './results.js';
import { MEAN, readSample, STD } from './samples.js';

const NAME = 'solver-study';
const ESTIMATES = [1, 5, 10, 20, 40, 100];
const TRAINED = { criteria: ['magnitude-l2', 'taylor', 'fpgm'], estimates: [1, 8, 40], seeds: [0, 1, 2] };
const CRITERIA = METHODS.filter(({ kind }) => kind === 'criterion').map(({ id }) => id);

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: 'resnet-tiny,vgg-tiny,resnet56' },
    criteria: { type: 'string', default: CRITERIA.join(',') },
    part: { type: 'string', default: 'cut,train' },
    limit: { type: 'string', default: '240' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});

export interface StudyRun {
  readonly network: string;
  readonly criterion: string;
  readonly estimates: number;
  readonly seed: number;
  /** 0: nothing was trained. */
  readonly steps: number;
  readonly pruneSeconds: number;
  readonly achieved: number;
  readonly top1: { readonly pruned: number; readonly finetuned: number | null };
  /** Kept channels of each group, `0 1 4`. */
  readonly kept: Readonly<Record<string, string>>;
}

type Wanted = Pick<StudyRun, 'network' | 'criterion' | 'estimates' | 'seed'> & { readonly trains: boolean };

const isSame = (run: StudyRun, wanted: Wanted): boolean =>
  (['network', 'criterion', 'estimates', 'seed'] as const).every((key) => run[key] === wanted[key]) &&
  run.steps > 0 === wanted.trains;

const recipeOf = ({ criterion, estimates }: Wanted): RecipeInput => ({
  criterion,
  params: { criterion: criterion === 'hrank' ? { form: 'fresh' } : {} },
  prune: { solve: 'first-crossing', steps: estimates, strata: 'even' },
});

const runOne = async (context: RunContext, prepared: Prepared, wanted: Wanted): Promise<StudyRun> => {
  const { board, protocol } = context;
  const recipe = fillRecipe(board, recipeOf(wanted));
  const began = performance.now();
  const procedure = procedureIn(context, prepared);
  const request = { pipeline: prepared.pipeline, recipe, target: parseTarget('2x'), counter: protocol.counter };
  const { pipeline, plan } = await prune(procedure, request, () => undefined);
  const pruneSeconds = (performance.now() - began) / 1000;
  const accuracy = async (of: typeof pipeline) => (await evaluateOn(context, of, prepared.task)).values['top1']!;
  const training = { stage: 'finetune', progress: () => undefined, teachers: { base: prepared.pipeline } };
  const trained = wanted.trains ? await trainPipeline(procedure, pipeline, recipe.finetune, training) : null;
  const { network, criterion, estimates, seed } = wanted;
  return {
    ...{ network, criterion, estimates, seed, pruneSeconds, achieved: plan.achieved },
    steps: trained ? recipe.finetune.steps : 0,
    top1: { pruned: await accuracy(pipeline), finetuned: trained && (await accuracy(trained)) },
    kept: Object.fromEntries([...plan.kept].map(([group, channels]) => [group, channels.join(' ')])),
  };
};

/** Seconds that a cut is expected to take: those of the same criterion with fewer estimates, by as many as there are more. */
const expectedSeconds = (known: readonly StudyRun[], { network, criterion, estimates }: Wanted): number => {
  const before = known.filter((run) => run.network === network && run.criterion === criterion);
  return Math.max(0, ...before.map((run) => (run.pruneSeconds * estimates) / run.estimates));
};

const wantedOf = (network: string): Wanted[] => {
  const criteria = values.criteria.split(',');
  const cuts = values.part.includes('cut')
    ? ESTIMATES.flatMap((estimates) =>
        criteria.map((criterion) => ({ network, criterion, estimates, seed: 0, trains: false })),
      )
    : [];
  const trained = values.part.includes('train')
    ? TRAINED.seeds.flatMap((seed) =>
        TRAINED.criteria
          .filter((criterion) => criteria.includes(criterion))
          .flatMap((criterion) =>
            TRAINED.estimates.map((estimates) => ({ network, criterion, estimates, seed, trains: true })),
          ),
      )
    : [];
  return [...cuts, ...trained];
};

const shippedRun = async (model: string): Promise<Pick<Run, 'board' | 'model' | 'normalisation'>> => {
  const shipped = SHIPPED.find((one) => one.model === model)!;
  const { mean, std } = shipped.settings as { mean: readonly number[]; std: readonly number[] };
  const board = `classification.${model}.${shipped.dataset}`;
  return { board, model: await readFile(shippedPath(shipped.sha256)), normalisation: { mean, std } };
};

const resnet56 = async (): Promise<Pick<Run, 'board' | 'model' | 'normalisation'>> => ({
  board: 'classification.resnet56.cifar10',
  model: (await readSample('weights', 'resnet56-cifar10.onnx')).bytes,
  normalisation: { mean: MEAN, std: STD },
});

const study = async (network: string): Promise<void> => {
  const open = network === 'resnet56' ? await resnet56() : await shippedRun(network);
  for (const seed of TRAINED.seeds) {
    const wanted = wantedOf(network).filter((one) => one.seed === seed);
    const rest = { recipe: {}, target: '2x', seed, threads: Number(values.threads), codeVersion: 'experiment' };
    await withContext({ ...open, ...rest }, async (context) => {
      const prepared = await prepare(context);
      for (const one of wanted) {
        const known = await readResults<StudyRun>(NAME);
        if (known.some((run) => isSame(run, one))) continue;
        const seconds = expectedSeconds(known, one);
        const name = `${network}/${one.criterion}/${one.estimates}/${seed}${one.trains ? '/trained' : ''}`;
        if (seconds > Number(values.limit)) {
          console.log(`${name}: left out, about ${seconds.toFixed(0)} s`);
          continue;
        }
        const run = await runOne(context, prepared, one);
        await addResult(NAME, run);
        const { pruned, finetuned } = run.top1;
        console.log(
          `${name}: ${run.pruneSeconds.toFixed(1)} s, ${pruned.toFixed(2)} %${finetuned === null ? '' : `, ${finetuned.toFixed(2)} %`}`,
        );
      }
    });
  }
};

const channelsOf = ({ kept }: StudyRun, group: string): number[] => (kept[group] ?? '').split(' ').map(Number);

/** Share of the channels that leave in both of two cuts, of those that leave in one. */
const overlap = (a: StudyRun, b: StudyRun, sizes: ReadonlyMap<string, number>): number => {
  let [both, either] = [0, 0];
  for (const [group, size] of sizes) {
    const [inA, inB] = [new Set(channelsOf(a, group)), new Set(channelsOf(b, group))];
    for (let k = 0; k < size; k += 1) {
      const [goneA, goneB] = [!inA.has(k), !inB.has(k)];
      both += Number(goneA && goneB);
      either += Number(goneA || goneB);
    }
  }
  return either === 0 ? 1 : both / either;
};

/** As many channels as the largest that any cut kept says. */
const sizesOf = (runs: readonly StudyRun[]): Map<string, number> => {
  const sizes = new Map<string, number>();
  for (const run of runs) {
    for (const group of Object.keys(run.kept)) {
      sizes.set(group, Math.max(sizes.get(group) ?? 0, ...channelsOf(run, group).map((k) => k + 1)));
    }
  }
  return sizes;
};

const print = (runs: readonly StudyRun[]): void => {
  for (const network of values.networks.split(',')) {
    const cuts = runs.filter((run) => run.network === network && run.steps === 0);
    const sizes = sizesOf(cuts);
    const rows = CRITERIA.map((criterion) => {
      const own = cuts.filter((run) => run.criterion === criterion);
      const most = own.reduce<StudyRun | null>(
        (best, run) => (best && best.estimates > run.estimates ? best : run),
        null,
      );
      return [
        criterion,
        ...ESTIMATES.map((estimates) => {
          const run = own.find((one) => one.estimates === estimates);
          if (!run || !most) return '';
          return `${run.top1.pruned.toFixed(1)} (${(100 * overlap(run, most, sizes)).toFixed(0)} %, ${run.pruneSeconds.toFixed(1)} s)`;
        }),
      ];
    });
    console.log(
      `\n${network}, 2x: top-1 right after the cut (channels that leave as with the most estimates, seconds)`,
    );
    console.log(table(['criterion', ...ESTIMATES.map(String)], rows));
    const trained = runs.filter((run) => run.network === network && run.steps > 0);
    const outcomes = TRAINED.criteria.map((criterion) => [
      criterion,
      ...TRAINED.estimates.map((estimates) =>
        trained
          .filter((run) => run.criterion === criterion && run.estimates === estimates)
          .map((run) => run.top1.finetuned!.toFixed(2))
          .join(' '),
      ),
    ]);
    console.log(`\n${network}, 2x, after fine-tuning, seeds 0 to 2`);
    console.log(table(['criterion', ...TRAINED.estimates.map(String)], outcomes));
  }
};

for (const network of values.networks.split(',')) await study(network);
print(await readResults<StudyRun>(NAME));
