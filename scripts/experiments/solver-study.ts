/**
 * How often a criterion must be estimated anew while a network is cut to 2x: 1, 5, 10, 20, 40 and 100 times, by all
 * criteria, on ResNet-tiny and VGG-tiny (shapes32) and ResNet-56 (the CIFAR-10 sample). Of every cut: seconds, the channels
 * kept, accuracy right after it; with `--part train` after the board's fine-tuning, too, by three criteria.
 * Command: npx tsx scripts/experiments/solver-study.ts [--networks resnet-tiny,vgg-tiny] [--criteria taylor] [--part cut,train]
 * Every result is written at once; what the file holds already is skipped, and so is, with a line that says so, a cut that
 * would take longer than `--limit` seconds by what fewer estimates took. `npm run docs` makes tables and pictures of it.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { parseTarget, type RecipeInput } from '@topiary/contracts';
import { prune, trainPipeline } from '@topiary/methods';
import { fillRecipe } from '@topiary/tracks';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { evaluateOn } from '../../workers/evaluator/src/stages/evaluate.js';
import { type Prepared, prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { procedureIn, type Run, withContext } from './context.js';
import { addResult, readResults } from './results.js';
import { MEAN, readSample, STD } from './samples.js';
import {
  CRITERIA,
  cutTable,
  ESTIMATES,
  gainsTable,
  prunedTable,
  type StudyRun,
  TRAINED,
  trainedTable,
} from './solver-report.js';

const NAME = 'solver-study';

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: 'resnet-tiny,vgg-tiny,resnet56' },
    criteria: { type: 'string', default: CRITERIA.join(',') },
    part: { type: 'string', default: 'cut,train' },
    limit: { type: 'string', default: '240' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});

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

for (const network of values.networks.split(',')) await study(network);
const found = await readResults<StudyRun>(NAME);
for (const network of values.networks.split(',')) {
  console.log(`\n${network}, 2x: channels that leave as with the most estimates (seconds of the cut)`);
  console.log(cutTable(found, network));
  console.log(`\n${network}, 2x: top-1 right after the cut`);
  console.log(prunedTable(found, network));
  console.log(`\n${network}, 2x: top-1 after fine-tuning, mean of the seeds (right after the cut)`);
  console.log(trainedTable(found, network));
  console.log(`\n${network}, 2x: points that more estimates bring over one, after fine-tuning (seeds)`);
  console.log(gainsTable(found, network));
}
