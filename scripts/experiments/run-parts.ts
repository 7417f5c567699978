/**
 * What the parts of a run on a board cost, and so how many re-estimations fit into it: processor seconds of one thread for a
 * cut with one estimate and with several by every criterion, for one step of fine-tuning of the base and of what is left,
 * for one evaluation of the test split, and for what a page shows.
 * Command: npx tsx scripts/experiments/run-parts.ts --board detection.anchorfree-tiny.shapes-det [--target 2x] [--criteria taylor]
 * On one thread processor seconds are those of a clock on a free core, whatever else the machine does. Every part is written
 * at once; what the file holds already is skipped.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { parseTarget, type RecipeInput } from '@topiary/contracts';
import { METHODS, prune, trainPipeline } from '@topiary/methods';
import { boardOf, checkServed, fillRecipe } from '@topiary/tracks';
import { lacksOfModel, SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { ownCompute } from '../../workers/evaluator/src/compute.js';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { evaluateOn } from '../../workers/evaluator/src/stages/evaluate.js';
import { type Prepared, prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { table } from '../bench/summary.js';
import { procedureIn, type Run, withContext } from './context.js';
import { addResult, readResults } from './results.js';

const NAME = 'run-parts';
/** Few, so that the difference is one estimate's; the first is more expensive than any later one. */
const ESTIMATES = [1, 4];
/** Of a training: enough that opening the session weighs little. */
const STEPS = [10, 40];

const { values } = parseArgs({
  options: {
    board: { type: 'string', default: 'detection.anchorfree-tiny.shapes-det' },
    target: { type: 'string', default: '2x' },
    criteria: { type: 'string', default: '' },
  },
});
const board = boardOf(values.board);

interface Part {
  readonly board: string;
  /** `cut taylor`, `step base`, `step left`, `evaluation`, `page`. */
  readonly part: string;
  /** Estimates of a cut, steps of a training; 1: it is done once. */
  readonly times: number;
  readonly seconds: number;
}

const isServed = (criterion: string): boolean => {
  try {
    checkServed(fillRecipe(board, { criterion }), board, lacksOfModel(board.model));
    return true;
  } catch {
    return false;
  }
};

const CRITERIA = METHODS.filter(({ kind, id }) => kind === 'criterion' && isServed(id)).map(({ id }) => id);

/** Measures a part unless it is known. */
const measured = async (part: string, times: number, body: () => Promise<unknown>): Promise<void> => {
  const known = await readResults<Part>(NAME);
  if (known.some((one) => one.board === board.id && one.part === part && one.times === times)) return;
  const before = process.cpuUsage();
  await body();
  const { user, system } = process.cpuUsage(before);
  const seconds = Number(((user + system) / 1e6).toFixed(2));
  await addResult(NAME, { board: board.id, part, times, seconds } satisfies Part);
  console.log(`${part}, ${times}: ${seconds} s`);
};

const cutBy = (context: RunContext, prepared: Prepared, criterion: string, estimates: number) => {
  const recipe: RecipeInput = { criterion, scope: 'local', prune: { solve: 'first-crossing', steps: estimates } };
  const request = {
    pipeline: prepared.pipeline,
    recipe: fillRecipe(board, recipe),
    target: parseTarget(values.target),
    counter: context.protocol.counter,
  };
  return prune(procedureIn(context, prepared), request, () => undefined);
};

const parts = async (context: RunContext): Promise<void> => {
  const prepared = await prepare(context);
  const { pipeline: base, task } = prepared;
  const left = (await cutBy(context, prepared, 'magnitude-l2', 1)).pipeline;
  for (const [name, pipeline] of [
    ['step base', base],
    ['step left', left],
  ] as const) {
    for (const steps of STEPS) {
      const training = { ...board.finetune, steps };
      const options = { stage: 'finetune', progress: () => undefined, teachers: { base } };
      const procedure = procedureIn(context, { ...prepared, pipeline });
      await measured(name, steps, () => trainPipeline(procedure, pipeline, training, options));
    }
  }
  await measured('evaluation', 1, () => evaluateOn(context, left, task));
  await measured('page', 1, () => task.show(left, base, ownCompute(context)));
  const criteria = values.criteria === '' ? CRITERIA : values.criteria.split(',');
  for (const criterion of criteria) {
    for (const estimates of ESTIMATES) {
      await measured(`cut ${criterion}`, estimates, () => cutBy(context, prepared, criterion, estimates));
    }
  }
};

/** What is paid once, and each time. */
const print = (known: readonly Part[]): void => {
  const names = [...new Set(known.map(({ part }) => part))];
  const rows = names.map((name) => {
    const [few, many] = known.filter(({ part }) => part === name).sort((a, b) => a.times - b.times);
    if (many === undefined) return [name, few!.seconds.toFixed(1), ''];
    const each = (many.seconds - few!.seconds) / (many.times - few!.times);
    return [name, (few!.seconds - each * few!.times).toFixed(1), each.toFixed(3)];
  });
  console.log(table(['part', 'once (s)', 'each (s)'], rows));
};

const shipped = SHIPPED.find(({ model, dataset }) => model === board.model && dataset === board.dataset);
if (!shipped) throw new Error(`no base model of ${board.id} is shipped`);
const run: Run = {
  board: board.id,
  recipe: {},
  target: values.target,
  seed: 0,
  threads: 1,
  model: await readFile(shippedPath(shipped.sha256)),
  normalisation: shipped.settings,
  codeVersion: 'experiment',
  ...(process.env['DATA_DIR'] === undefined ? {} : { dataDir: process.env['DATA_DIR'] }),
};
await withContext(run, parts);
print((await readResults<Part>(NAME)).filter((part) => part.board === board.id));
