/**
 * Remix-DiT on the shipped DiT-tiny: four bases and their experts beside training on for as many steps and beside independent
 * experts, by the noise error of held-out pictures in every tenth of the diffusion, paired over pictures.
 * Command: npx tsx scripts/experiments/remix-dit.ts [--methods continued,remix-4-20] [--seeds 0,1,2] [--steps 200] [--pictures 500]
 * Every run is written at once, and what the file holds already is skipped; errors by picture and tenth lie in `.data`, from where
 * pairs are made: where those of training on are not there, it is trained once more; `--teacher <file.onnx>` begins with another network.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkParameters, METHODS, type ProcedureOutcome, procedureOf } from '@topiary/methods';
import { type Pipeline, paramsOf } from '@topiary/pipeline';
import { mean } from '@topiary/stats';
import { bankTable } from '@topiary/tasks';
import { boardOf, fillRecipe } from '@topiary/tracks';
import { prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { table } from '../bench/summary.js';
import { computeHere } from '../dense/reference.js';
import { procedureIn, withContext } from './context.js';
import { BOARD, contentOf, readNetwork } from './diffusion-context.js';
import { testBank } from './diffusion-judge.js';
import { addResult, isRecorded, readResults, textOfFloats } from './results.js';
import { file, settings, TEACHER, teacher } from './teacher.js';

const NAME = 'remix-dit';
const DECILES = 10;
const BASELINE = 'continued';

/** One basis is training on; as many bases as experts, unmixed, are independent experts. */
const METHODS_OF: Readonly<Record<string, Readonly<Record<string, number | string>>>> = {
  [BASELINE]: { bases: 1, experts: 1 },
  'remix-4-20': { bases: 4, experts: 20 },
  'remix-4-4': { bases: 4, experts: 4 },
  'independent-4': { bases: 4, experts: 4, mixer: 'one-hot' },
};

const { values } = parseArgs({
  options: {
    ...TEACHER,
    methods: { type: 'string', default: Object.keys(METHODS_OF).join(',') },
    seeds: { type: 'string', default: '0,1,2' },
    steps: { type: 'string', default: '200' },
    lr: { type: 'string', default: '2e-4' },
    pictures: { type: 'string', default: '500' },
    threads: { type: 'string', default: '1' },
  },
});
const [steps, lr, pictures, threads] = [values.steps, values.lr, values.pictures, values.threads].map(Number) as [
  number,
  number,
  number,
  number,
];

interface Paired {
  readonly mean: number;
  /** Of the mean, over pictures. */
  readonly error: number;
}

export interface RemixRun {
  readonly teacher: string;
  readonly method: string;
  readonly seed: number;
  readonly steps: number;
  readonly lr: number;
  readonly pictures: number;
  readonly params: number;
  /** Mean noise error, and by picture: float32 in base64. */
  readonly mean: number;
  readonly errors: string;
  /** Mean noise error in each tenth of the diffusion, the noisiest first. */
  readonly deciles: readonly number[];
  /** Mean over experts of the entropy of their mixture, nats; null: nothing was learned to be mixed. */
  readonly entropy: number | null;
  /** This less training on under the same seed, in each tenth and in all; null: it is that. */
  readonly apart: { readonly deciles: readonly Paired[]; readonly all: Paired } | null;
  /** This less the network as it was given; null: it is that. */
  readonly since: Paired | null;
}

const compute = computeHere(threads);
const folder = join('.data', NAME);
const fileOf = (method: string, seed: number): string =>
  join(folder, `${teacher.slice(0, 8)}-${method}-${seed}-${steps}-${values.lr}-${pictures}.json`);

/** By picture, its mean error in each tenth. */
const judged = async (pipeline: Pipeline): Promise<number[][]> => {
  const [shown, bank] = await testBank(settings, { steps: settings.steps, examples: pictures });
  const errors = await bankTable(pipeline, shown, bank, compute);
  const each = settings.steps / DECILES;
  return Array.from({ length: pictures }, (_, i) =>
    Array.from({ length: DECILES }, (__, tenth) => {
      const from = i * settings.steps + tenth * each;
      return errors.subarray(from, from + each).reduce((a, b) => a + b, 0) / each;
    }),
  );
};

let ofGiven: Promise<number[][]> | null = null;

/** Of the network as it was given, judged once. */
const judgedGiven = (): Promise<number[][]> => {
  ofGiven ??= readNetwork(file).then(judged);
  return ofGiven;
};

/** Mean over experts of −Σ a ln a of their mixture; null: there is none. */
const entropyOf = (facts: ProcedureOutcome['facts']): number | null => {
  const mixtures = contentOf<{ values: number[][] }>(facts, 'gates')?.values;
  if (mixtures === undefined) return null;
  return mean(mixtures.map((row) => row.reduce((sum, share) => sum - (share > 0 ? share * Math.log(share) : 0), 0)));
};

const trained = async (method: string, seed: number): Promise<ProcedureOutcome> => {
  const board = boardOf(BOARD);
  const params = METHODS_OF[method]!;
  const recipe = { procedure: NAME, criterion: null, params: { procedure: { ...params } } };
  const finetune = { ...fillRecipe(board, recipe).finetune, steps, lr };
  const run = { board: BOARD, recipe: { ...recipe, finetune }, target: 'free', seed, threads, model: file };
  const rest = { normalisation: settings, codeVersion: 'experiment' };
  let made: ProcedureOutcome | null = null;
  await withContext({ ...run, ...rest }, async (context) => {
    const prepared = await prepare(context);
    const about = METHODS.find(({ kind, id }) => kind === 'procedure' && id === NAME)!;
    const request = {
      ...{ target: null, counter: context.protocol.counter },
      ...{ recipe: fillRecipe(board, run.recipe), params: checkParameters(about, params) },
    };
    made = await procedureOf({ procedure: NAME }).run(procedureIn(context, prepared), request);
  });
  return made!;
};

const paired = (ours: readonly number[], theirs: readonly number[]): Paired => {
  const apart = ours.map((value, i) => value - theirs[i]!);
  const middle = mean(apart);
  const variance = apart.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (apart.length - 1);
  return { mean: middle, error: Math.sqrt(variance / apart.length) };
};

const columns = (rows: readonly (readonly number[])[]): number[][] =>
  Array.from({ length: DECILES }, (_, tenth) => rows.map((row) => row[tenth]!));

/** What a run says of its errors by picture and tenth. */
const errorsOf = (rows: readonly (readonly number[])[]): Pick<RemixRun, 'mean' | 'errors' | 'deciles'> => {
  const each = rows.map(mean);
  return { mean: mean(each), errors: textOfFloats(Float32Array.from(each)), deciles: columns(rows).map(mean) };
};

/** This less training on under the same seed. */
const apartOf = async (rows: readonly (readonly number[])[], seed: number): Promise<RemixRun['apart']> => {
  const theirs = JSON.parse(await readFile(fileOf(BASELINE, seed), 'utf8')) as number[][];
  return {
    deciles: columns(rows).map((column, tenth) => paired(column, columns(theirs)[tenth]!)),
    all: paired(rows.map(mean), theirs.map(mean)),
  };
};

const one = async (method: string, seed: number): Promise<void> => {
  const about = { teacher, method, seed, steps, lr, pictures };
  const known = await isRecorded(NAME, about);
  if (known && (method !== BASELINE || existsSync(fileOf(method, seed)))) return;
  const began = performance.now();
  const { pipeline, facts } = await trained(method, seed);
  const rows = await judged(pipeline);
  await mkdir(folder, { recursive: true });
  await writeFile(fileOf(method, seed), JSON.stringify(rows));
  if (known) return;
  const found = errorsOf(rows);
  const apart = method === BASELINE ? null : await apartOf(rows, seed);
  const since = paired(rows.map(mean), (await judgedGiven()).map(mean));
  const rest = { params: paramsOf(pipeline), entropy: entropyOf(facts) };
  await addResult<RemixRun>(NAME, { ...about, ...rest, ...found, apart, since });
  const said =
    apart === null ? '' : `, ${(1e5 * apart.all.mean).toFixed(1)}e-5 ± ${(1e5 * apart.all.error).toFixed(1)}e-5`;
  console.log(
    `${method}/${seed}: ${found.mean.toFixed(5)}${said} (${((performance.now() - began) / 1000).toFixed(0)} s)`,
  );
};

/** The network as it is given, judged alike. */
const given = async (): Promise<void> => {
  const about = { teacher, method: 'given', seed: 0, steps: 0, lr: 0, pictures };
  if (await isRecorded(NAME, about)) return;
  const found = errorsOf(await judgedGiven());
  const rest = { params: paramsOf(await readNetwork(file)), entropy: null, apart: null, since: null };
  await addResult<RemixRun>(NAME, { ...about, ...rest, ...found });
  console.log(`given: ${found.mean.toFixed(5)}`);
};

const print = (runs: readonly RemixRun[]): void => {
  const methods = [...new Set(runs.map(({ method }) => method))];
  const cell = (numbers: readonly number[], digits: number): string => mean(numbers).toFixed(digits);
  console.log('\nnoise error, the mean over seeds; noisiest tenth first');
  const tenths = Array.from({ length: DECILES }, (_, i) => `${100 * (DECILES - 1 - i)}+`);
  console.log(
    table(
      ['method', 'seeds', 'all', ...tenths],
      methods.map((method) => {
        const own = runs.filter((run) => run.method === method);
        const each = tenths.map((_, i) =>
          cell(
            own.map(({ deciles }) => deciles[i]!),
            5,
          ),
        );
        return [
          method,
          String(own.length),
          cell(
            own.map(({ deciles }) => mean(deciles)),
            5,
          ),
          ...each,
        ];
      }),
    ),
  );
  console.log('\nless training on, ×1e5, paired over pictures; by seed');
  console.log(
    table(
      ['run', 'all', ...tenths],
      runs.flatMap(({ method, seed, apart }) => {
        if (apart === null) return [];
        const said = ({ mean: middle, error }: Paired) => `${(1e5 * middle).toFixed(1)} ± ${(1e5 * error).toFixed(1)}`;
        return [[`${method}/${seed}`, said(apart.all), ...apart.deciles.map(said)]];
      }),
    ),
  );
};

await given();
for (const seed of values.seeds.split(',').map(Number))
  for (const method of values.methods.split(',')) await one(method, seed);
print(await readResults<RemixRun>(NAME));
