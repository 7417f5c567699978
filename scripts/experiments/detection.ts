/**
 * Methods on a detector: every criterion at every target with every seed under the board's own protocol, mAP in three phases.
 * Every finished run is recorded at once; runs that stand in the file are not repeated, so it may be ended at any time.
 *
 * npx tsx scripts/experiments/detection.ts --board detection.anchorfree-tiny.shapes-det --model .data/detectors/anchorfree-tiny.shapes-det.0.onnx
 *   [--runs taylor,random,magnitude-l2/group-norm] [--targets 2x,3x] [--seeds 0,1,2] [--scope local] [--head frozen] [--data .data/datasets]
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RecipeInput, Result } from '@topiary/contracts';
import { METHODS } from '@topiary/methods/catalogue';
import { recipeRun } from '../../workers/evaluator/src/recipe-run.js';
import { withContext } from './context.js';

/** Fisher draws labels from a softmax, which a detector does not have. */
const REFUSED = new Set(['obd-c']);
const CRITERIA = METHODS.filter(({ kind, id }) => kind === 'criterion' && !REFUSED.has(id)).map(({ id }) => id);

const { values } = parseArgs({
  options: {
    board: { type: 'string', default: 'detection.anchorfree-tiny.shapes-det' },
    model: { type: 'string', default: '.data/detectors/anchorfree-tiny.shapes-det.0.onnx' },
    /** Criteria, each with a regularizer behind a stroke where there is one. */
    runs: { type: 'string', default: CRITERIA.join(',') },
    targets: { type: 'string', default: '2x,3x' },
    seeds: { type: 'string', default: '0,1,2' },
    scope: { type: 'string', default: 'local' },
    head: { type: 'string', default: 'free' },
    data: { type: 'string', default: '.data/datasets' },
    threads: { type: 'string', default: '1' },
    out: { type: 'string', default: '' },
  },
});

const FILE = values.out || join('scripts/experiments/results', `${values.board}.jsonl`);

interface Cell {
  readonly criterion: string;
  readonly regularizer: string | null;
  readonly scope: string;
  readonly head: string;
  readonly target: string;
  readonly seed: number;
}

const keyOf = ({ criterion, regularizer, scope, head, target, seed }: Cell): string =>
  [criterion, regularizer ?? '-', scope, head, target, seed].join(' ');

const done = (): ReadonlySet<string> =>
  new Set(
    existsSync(FILE)
      ? readFileSync(FILE, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => keyOf(JSON.parse(line) as Cell))
      : [],
  );

const recipeOf = ({ criterion, regularizer, scope, head }: Cell): RecipeInput => ({
  criterion,
  regularizer,
  scope: scope as RecipeInput['scope'],
  ...(head === 'frozen' ? { prune: { ignore: ['head.*'] } } : {}),
});

const recorded = (cell: Cell, result: Result) => ({
  ...cell,
  metrics: result.metrics,
  achieved: result.achieved,
  flags: result.flags,
  params: result.params,
  macs: result.macs,
  seconds: result.seconds,
  stepSeconds: result.stepSeconds,
  recipeHash: result.recipeHash,
  protocol: result.protocol,
  splitHash: result.splitHash,
  machine: result.machine,
  at: new Date().toISOString(),
});

const model = await readFile(values.model);
const cells = values.targets.split(',').flatMap((target) =>
  values.seeds.split(',').flatMap((seed) =>
    values.runs.split(',').map((run): Cell => {
      const [criterion, regularizer = null] = run.split('/') as [string, string?];
      return { criterion, regularizer, scope: values.scope, head: values.head, target, seed: Number(seed) };
    }),
  ),
);

mkdirSync(dirname(FILE), { recursive: true });
for (const cell of cells) {
  if (done().has(keyOf(cell))) continue;
  console.log(keyOf(cell));
  const run = {
    board: values.board,
    recipe: recipeOf(cell),
    target: cell.target,
    seed: cell.seed,
    threads: Number(values.threads),
    model,
    normalisation: {},
    codeVersion: 'experiment',
    dataDir: values.data,
  };
  const { result } = await withContext(run, recipeRun);
  appendFileSync(FILE, `${JSON.stringify(recorded(cell, result))}\n`);
  const phases = result.metrics
    .filter(({ id }) => id === 'map50-95')
    .map(({ phase, value }) => `${phase} ${value.toFixed(2)}`);
  console.log(`  ${phases.join(', ')}, ${result.achieved.toFixed(3)}x`);
}
