/**
 * Rows of the suite on the real CIFAR-10 sample (1,017 test pictures), by the worker's own run: ResNet-20 or ResNet-56 as
 * Y. Idelbayev trained them. Each run is one line, appended when it ends; what stands in the file is not run again. What was
 * cut and trained as the board does by itself is written among the results that come with the project, too, with `--ship`.
 * Command: npx tsx scripts/experiments/cifar10-sample.ts [--network resnet20] [--rows all] [--seeds 0,1,2] [--targets 2x]
 *          [--residual in|ignored] [--estimates N] [--steps 400] [--threads 1] [--file results/cifar10-sample.jsonl] [--ship]
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseTarget, type RecipeDescription, type RecipeInput, type ShippedRun } from '@topiary/contracts';
import { isTopiaryError } from '@topiary/errors';
import { RECIPES } from '@topiary/methods/catalogue';
import { boardOf, divisionOf, fillRecipe, protocolOf, recipeHash, recipeLabel } from '@topiary/tracks';
import { shippedResultsFolder } from '@topiary/tracks/catalogue';
import { recipeRun } from '../../workers/evaluator/src/recipe-run.js';
import { table } from '../bench/summary.js';
import { codeVersionOf } from '../suite/code-version.js';
import { recordAmong, shippedRunOf } from '../suite/record.js';
import { withContext } from './context.js';
import { MEAN, readSample, STD } from './samples.js';

/** Layers that write into the residual stream of these networks; cut are then the inner channels of the blocks alone. */
const RESIDUAL_LAYERS = ['conv1', 'layer*.conv2'];

const { values } = parseArgs({
  options: {
    network: { type: 'string', default: 'resnet20' },
    rows: { type: 'string', default: 'all' },
    seeds: { type: 'string', default: '0,1,2' },
    targets: { type: 'string', default: '2x' },
    residual: { type: 'string', default: 'in' },
    estimates: { type: 'string' },
    steps: { type: 'string', default: '400' },
    threads: { type: 'string', default: String(availableParallelism()) },
    ship: { type: 'boolean', default: false },
    file: { type: 'string', default: join(import.meta.dirname, 'results', 'cifar10-sample.jsonl') },
  },
});

/** A line of the file. `run` is what a suite would record of it. */
interface Line {
  readonly row: string;
  readonly network: string;
  readonly residual: 'in' | 'ignored';
  /** Re-estimations on the way; null: as the board does. */
  readonly estimates: number | null;
  /** sha256 of the network that was cut. */
  readonly base: string;
  readonly load: readonly [number, number];
  readonly run: ShippedRun;
}

const PROJECT = join(import.meta.dirname, '../..');
const codeVersion = codeVersionOf(PROJECT);
const file = resolve(values.file);

/** A line that was torn off when its process died counts for nothing. */
const readLines = async (): Promise<readonly Line[]> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });
};

/** On a line of its own, even behind a torn one. */
const addLine = async (line: Line): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  const text = await readFile(file, 'utf8').catch(() => '');
  await appendFile(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${JSON.stringify(line)}\n`);
};

const choice = <T extends string>(name: string, given: string, known: readonly T[]): T => {
  const found = known.find((one) => one === given);
  if (found) return found;
  console.error(`--${name}: expected one of ${known.join(', ')}; got ${given}`);
  return process.exit(1);
};

const network = choice('network', values.network, ['resnet20', 'resnet56']);
const residual = choice('residual', values.residual, ['in', 'ignored']);
const estimates = values.estimates === undefined ? null : Number(values.estimates);
const ids = RECIPES.map(({ id }) => id);
const rows = values.rows === 'all' ? ids : values.rows.split(',').map((row) => choice('rows', row, ids));
const board = boardOf(`classification.${network}.cifar10`);
const base = await readSample('weights', `${network}-cifar10.onnx`);
const threads = Number(values.threads);

const recipeOf = ({ recipe: named }: RecipeDescription): RecipeInput => {
  const recipe: RecipeInput = named;
  return {
    ...recipe,
    prune: {
      ...recipe.prune,
      ...(residual === 'ignored' ? { ignore: RESIDUAL_LAYERS } : {}),
      ...(estimates === null ? {} : { solve: 'first-crossing', steps: estimates }),
    },
    finetune: { ...recipe.finetune, steps: Number(values.steps) },
  };
};

const keyOf = ({
  base: of,
  run,
}: Pick<Line, 'base'> & { run: Pick<ShippedRun, 'board' | 'recipeHash' | 'seed' | 'protocol' | 'target'> }): string =>
  JSON.stringify([of, run.board, run.recipeHash, run.target.label, run.seed, run.protocol]);

const measure = async (row: RecipeDescription, target: string, seed: number): Promise<Line> => {
  const recipe = recipeOf(row);
  const filled = fillRecipe(board, recipe);
  const normalisation = { mean: MEAN, std: STD };
  const run = {
    board: board.id,
    recipe,
    target,
    seed,
    threads,
    model: base.bytes,
    normalisation,
    codeVersion,
  };
  const before = loadavg()[0]!;
  return withContext(run, async (context) => {
    const { result } = await recipeRun(context);
    const bits = await context.storage.read(result.artefacts.find(({ kind }) => kind === 'correct')!.sha256);
    const load = [before, loadavg()[0]!] as const;
    return {
      ...{ row: row.id, network, residual, estimates, base: base.sha256, load },
      run: shippedRunOf(
        { label: recipeLabel(filled), recipe: filled },
        { result, target: parseTarget(target), seed, board: board.id, finishedAt: new Date().toISOString() },
        { division: divisionOf(board, recipe), correct: Buffer.from(bits).toString('base64'), noLatency: true },
      ),
    };
  });
};

/** As the board cuts and trains where nobody says otherwise. */
const isBoards = ({ row, run }: Line): boolean => {
  const { recipe } = RECIPES.find(({ id }) => id === row)!;
  return run.recipeHash === recipeHash(fillRecipe(boardOf(run.board), recipe as RecipeInput));
};

/** Into the results that come with the project, board by board. */
const ship = async (lines: readonly Line[]): Promise<void> => {
  const folder = shippedResultsFolder(PROJECT);
  const runs = lines.filter(isBoards).map(({ run }) => run);
  for (const id of new Set(runs.map(({ board: of }) => of))) {
    const own = runs.filter(({ board: of }) => of === id);
    const all = await recordAmong(folder, id, own);
    console.log(`${id}: ${all.length} runs`);
  }
};

/** Seeds of one row of one ranking. */
const grouped = (lines: readonly Line[]): ReadonlyMap<string, readonly Line[]> => {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const { target, protocol, recipeHash: hash } = line.run;
    const about = [
      line.network,
      line.row,
      target.label,
      line.residual,
      line.estimates ?? 'board',
      protocol,
      hash.slice(0, 8),
    ];
    groups.set(about.join(' '), [...(groups.get(about.join(' ')) ?? []), line]);
  }
  return groups;
};

const print = (lines: readonly Line[]): void => {
  const mean = (of: readonly Line[], phase: string): string => {
    const found = of.map(({ run }) => run.metrics.find((one) => one.id === 'top1' && one.phase === phase)!.value);
    return (found.reduce((sum, value) => sum + value, 0) / found.length).toFixed(2);
  };
  const cells = [...grouped(lines)].map(([name, of]) => [
    ...name.split(' '),
    of.map(({ run }) => run.seed).join(','),
    mean(of, 'base'),
    mean(of, 'pruned'),
    mean(of, 'finetuned'),
    (of.reduce((sum, { run }) => sum + run.achieved, 0) / of.length).toFixed(3),
  ]);
  const head = ['network', 'row', 'target', 'residual', 'estimates', 'protocol', 'recipe', 'seeds'];
  console.log(`\n${table([...head, 'before', 'pruned', 'fine-tuned', 'achieved'], cells)}`);
};

for (const row of RECIPES.filter(({ id }) => rows.includes(id))) {
  for (const target of values.targets.split(',')) {
    for (const seed of values.seeds.split(',').map(Number)) {
      const hash = recipeHash(fillRecipe(board, recipeOf(row)));
      const asked = {
        board: board.id,
        recipeHash: hash,
        seed,
        target: parseTarget(target),
        protocol: protocolOf(board).version,
      };
      const key = keyOf({ base: base.sha256, run: asked });
      if ((await readLines()).some((line) => keyOf(line) === key)) continue;
      console.log(`${new Date().toISOString()} ${network} ${row.id} ${target} seed ${seed}`);
      try {
        await addLine(await measure(row, target, seed));
      } catch (error) {
        // one row that cannot be served keeps no other from being measured
        if (!isTopiaryError(error)) throw error;
        console.error(`  ${error.code}: ${error.message}`);
        process.exitCode = 1;
      }
    }
  }
}
print(await readLines());
if (values.ship) await ship(await readLines());
