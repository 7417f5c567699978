/**
 * Claims C1-C3 of Isomorphic Pruning (arXiv 2407.04616) on the shipped networks: scopes local, global and isomorphic, one
 * shot, heads included, nothing protected. Without training over the whole grid: four criteria, raw scores and scores
 * over their mean, four budgets. With the board's fine-tuning: two criteria, two budgets. What needs no data and no
 * chance is cut the same whatever the seed, and measured once without training.
 * Command: npx tsx scripts/experiments/isomorphic.ts (--models vit-tiny,convnext-micro --seeds 0,1 --part cut|train;
 * every result is written at once, and what the file holds already is skipped)
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { ScopeRun } from '@topiary/contracts';
import { checkParameters, collectStatistics, methodOf, scoreGroups, trainPipeline } from '@topiary/methods';
import { graphOf, merge, single } from '@topiary/pipeline';
import { applyPlan, type Dependencies, findGroups, type Plan, plan, topologyOf } from '@topiary/pruning';
import { scopeClaims } from '@topiary/stats';
import { fillRecipe } from '@topiary/tracks';
import { randomFrom } from '@topiary/zoo';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { evaluateOn } from '../../workers/evaluator/src/stages/evaluate.js';
import { type Prepared, prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { table } from '../bench/summary.js';
import { procedureIn, withContext } from './context.js';
import { addResult, readResults } from './results.js';

const NAME = 'isomorphic';
const SCOPES = ['local', 'global', 'isomorphic'] as const;
const TRANSFORMERS = new Set(['vit-tiny']);
/** Batches of 128 pictures for gradients. */
const BATCHES = 4;

interface Part {
  readonly criteria: readonly string[];
  readonly normalize: readonly string[];
  readonly shares: readonly number[];
  readonly trains: boolean;
}

const PARTS: Readonly<Record<string, Part>> = {
  cut: {
    criteria: ['random', 'magnitude-l1', 'taylor', 'obd-hessian'],
    normalize: ['none', 'mean'],
    shares: [0.75, 0.5, 0.35, 0.25],
    trains: false,
  },
  train: { criteria: ['taylor', 'magnitude-l1'], normalize: ['mean'], shares: [0.5, 0.25], trains: true },
};

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: 'vit-tiny,convnext-micro,resnet-tiny' },
    seeds: { type: 'string', default: '0,1,2,3,4' },
    part: { type: 'string', default: 'cut,train' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const listOf = (text: string): string[] => text.split(',').filter((item) => item !== '');

type Setting = Pick<ScopeRun, 'criterion' | 'normalize' | 'scope' | 'share'>;
type Wanted = Setting & Pick<ScopeRun, 'model' | 'seed' | 'steps'>;

const isSame = (a: Wanted, b: Wanted): boolean =>
  (['model', 'seed', 'steps', 'criterion', 'normalize', 'scope', 'share'] as const).every((key) => a[key] === b[key]);

/** The grid of one part, without what cannot differ from what is there. */
const settingsOf = ({ criteria, normalize, shares, trains }: Part, seed: number): Setting[] =>
  criteria.flatMap((criterion) => {
    const { needs, deterministic, parameters } = methodOf('criterion', criterion);
    if (!trains && seed > 0 && needs.length === 0 && deterministic) return [];
    const ways = parameters.some(({ id }) => id === 'normalise') ? normalize : ['none'];
    return ways.flatMap((way) =>
      SCOPES.flatMap((scope) => shares.map((share) => ({ criterion, normalize: way, scope, share }))),
    );
  });

/** Share of the channels kept, and channels before, per class of one topology; a class is called by its first layer. */
const classesOf = ({ graph, groups }: Dependencies, { kept }: Plan): Pick<ScopeRun, 'kept' | 'sizes'> => {
  const names = new Map<string, string>();
  const [left, sizes]: Record<string, number>[] = [{}, {}];
  for (const group of groups) {
    const stays = new Set(kept.get(group.id));
    for (const stratum of group.strata) {
      const topology = topologyOf(graph, group, stratum);
      const known = [...names.values()].filter((name) => name === group.id || name.startsWith(`${group.id} (`)).length;
      const name = names.get(topology) ?? (known === 0 ? group.id : `${group.id} (${known + 1})`);
      names.set(topology, name);
      left![name] = (left![name] ?? 0) + stratum.channels.filter((k) => stays.has(k)).length;
      sizes![name] = (sizes![name] ?? 0) + stratum.channels.length;
    }
  }
  const shares = Object.entries(left!).map(([name, n]) => [name, n / sizes![name]!]);
  return { kept: Object.fromEntries(shares), sizes: sizes! };
};

/** Scores of one network, its statistics collected once per criterion. */
const scorer = (context: RunContext, prepared: Prepared, dependencies: Dependencies) => {
  const { pipeline } = prepared;
  const graph = merge(pipeline);
  const known = new Map<string, ReturnType<typeof collectStatistics>>();
  return async ({ criterion: id, normalize }: Setting) => {
    const criterion = methodOf('criterion', id);
    const hasScale = criterion.parameters.some((parameter) => parameter.id === 'normalise');
    const params = checkParameters(criterion, hasScale ? { normalise: normalize } : {});
    const request = { wanted: criterion.collects(params), pipeline, graph, batches: BATCHES, round: 0 };
    const statistics = known.get(id) ?? collectStatistics(procedureIn(context, prepared), request);
    known.set(id, statistics);
    const random = randomFrom(`score/${context.job.run.seed}`);
    const options = { params, rng: () => random.unit(), statistics: await statistics };
    return scoreGroups(criterion, graph, dependencies.groups, options);
  };
};

const runSettings = async (context: RunContext, model: string, settings: readonly Setting[], part: Part) => {
  const { board, protocol, job } = context;
  const prepared = await prepare(context);
  const base = graphOf(prepared.pipeline);
  const dependencies = findGroups(base, { heads: true });
  const score = scorer(context, prepared, dependencies);
  const recipe = fillRecipe(board, {});
  for (const setting of settings) {
    const { scope, share } = setting;
    const target = { value: 1 / share, counter: protocol.counter };
    const chosen = plan(dependencies, await score(setting), { target, scope, accept: true });
    const cut = single(applyPlan(base, dependencies, chosen).graph);
    const request = { stage: 'finetune', progress: () => undefined, teachers: { base: prepared.pipeline } };
    const done = part.trains ? await trainPipeline(procedureIn(context, prepared), cut, recipe.finetune, request) : cut;
    const { values: measured } = await evaluateOn(context, done, prepared.task);
    const run = ScopeRun.parse({
      model,
      family: TRANSFORMERS.has(model) ? 'transformer' : 'convolutional',
      ...setting,
      seed: job.run.seed,
      steps: part.trains ? recipe.finetune.steps : 0,
      top1: measured['top1']!,
      ...classesOf(dependencies, chosen),
    });
    await addResult(NAME, run);
    console.log(
      `${[model, run.seed, setting.criterion, setting.normalize, scope, share, run.steps].join('/')}: ${run.top1.toFixed(2)} %`,
    );
  }
};

const runModel = async (id: string, seed: number, part: Part): Promise<void> => {
  const shipped = SHIPPED.find(({ model, dataset }) => model === id && dataset === 'shapes32');
  if (!shipped) return console.log(`${id}: not shipped in this version`);
  const board = `classification.${id}.shapes32`;
  const run = {
    board,
    recipe: {},
    target: '2x',
    seed,
    threads: Number(values.threads),
    model: await readFile(shippedPath(shipped.sha256)),
    normalisation: shipped.settings,
    codeVersion: 'experiment',
  };
  await withContext(run, async (context) => {
    const steps = part.trains ? fillRecipe(context.board, {}).finetune.steps : 0;
    const done = await readResults<ScopeRun>(NAME);
    const missing = settingsOf(part, seed).filter(
      (setting) => !done.some((one) => isSame(one, { ...setting, model: id, seed, steps })),
    );
    if (missing.length > 0) await runSettings(context, id, missing, part);
  });
};

for (const name of listOf(values.part)) {
  const part = PARTS[name];
  if (!part) throw new Error(`--part: expected cut or train, got ${name}`);
  for (const seed of listOf(values.seeds).map(Number)) {
    for (const model of listOf(values.models)) await runModel(model, seed, part);
  }
}
const claims = scopeClaims(await readResults<ScopeRun>(NAME));
const digits = (value: number | null): string => value?.toFixed(3) ?? '';
console.log(
  table(
    ['claim', 'subject', 'value', 'low', 'high', 'against', 'n', 'outcome'],
    claims.map((one) => [
      one.id,
      one.subject,
      digits(one.value),
      digits(one.low),
      digits(one.high),
      digits(one.against),
      `${one.n}`,
      one.outcome,
    ]),
  ),
);
