/**
 * SlimSAM on the shipped SAM-tiny beside what it is compared with, all at its widths and for as many steps: everything cut at once by
 * five criteria, a network of that shape from new weights, an alignment without inner values after either cut, fewer pictures.
 * Command: npx tsx scripts/experiments/slimsam.ts [--rows slimsam,once-taylor] [--shares 0.5,0.77] [--seeds 0,1,2] [--steps 1500]
 *   [--threads 1] [--print]
 * Every run is written at once; what the file holds already, at the same budget, is skipped. Claims S1-S5 are computed from the
 * file, not recorded.
 */
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type ProcedureContext, procedureOf } from '@topiary/methods';
import { pipelineCosts } from '@topiary/pipeline';
import { fillRecipe } from '@topiary/tracks';
import { SHIPPED, shippedFiles } from '@topiary/zoo/catalogue';
import { ownCompute } from '../../workers/evaluator/src/compute.js';
import type { RunContext } from '../../workers/evaluator/src/run-context.js';
import { prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { procedureIn, type Run, withContext } from './context.js';
import { addResult, readResults } from './results.js';
import { answersText, printSlimsam, ROWS, type SlimRow, type SlimRun } from './slimsam-report.js';

const NAME = 'slimsam';
const BOARD = 'segmentation.sam-tiny.scenes64';
/** Widths are multiples of the number of heads, as in the released networks. */
const MULTIPLE = 6;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: ROWS.map(({ id }) => id).join(',') },
    shares: { type: 'string', default: '0.5,0.77' },
    seeds: { type: 'string', default: '0,1,2' },
    steps: { type: 'string', default: '1500' },
    threads: { type: 'string', default: '1' },
    print: { type: 'boolean', default: false },
  },
});
const [steps, threads] = [Number(values.steps), Number(values.threads)];

const shipped = SHIPPED.find(({ model }) => model === 'sam-tiny')!;
const [model, ...parts] = await Promise.all(shippedFiles(shipped).map(({ path }) => readFile(path)));
const base: Pick<Run, 'model' | 'parts' | 'normalisation'> = {
  ...{ model: model!, parts },
  normalisation: shipped.settings as Run['normalisation'],
};

type Wanted = Pick<SlimRun, 'row' | 'share' | 'seed'>;

const isSame = (run: SlimRun, { row, share, seed }: Wanted): boolean =>
  run.row === row &&
  run.share === share &&
  run.seed === seed &&
  run.base === shipped.sha256 &&
  (run.steps === steps || row === 'base');

/** Of what was cut and after all steps. */
const slimmed = async (context: RunContext, { params, pictures }: SlimRow, wanted: Wanted): Promise<SlimRun> => {
  const options = { ...context.protocol.options, pictures };
  const own: RunContext = { ...context, protocol: { ...context.protocol, options } };
  const prepared = await prepare(own);
  const { task } = prepared;
  const compute = ownCompute(own);
  const asked = { ...params, ratio: wanted.share, scope: 'local', multiple: MULTIPLE };
  const recipe = fillRecipe(context.board, {
    ...{ procedure: 'slimsam', criterion: null, params: { procedure: asked } },
    // 256 pictures say what leaves
    prune: { batches: 2 },
    finetune: { steps, warmup: Math.round(steps / 20) },
  });
  let pruned = Number.NaN;
  const procedure: ProcedureContext = {
    ...procedureIn(own, prepared),
    stage: (_, body) => body(() => undefined),
    skip: () => undefined,
    point: () => undefined,
    milestone: async (_, pipeline) => {
      pruned = (await task.evaluate(pipeline, 'test', compute)).values['miou-point']!;
    },
  };
  const { counter } = context.protocol;
  const [began, processor] = [performance.now(), process.cpuUsage()];
  const { pipeline } = await procedureOf(recipe).run(procedure, {
    ...{ target: null, counter, recipe, params: recipe.params.procedure },
  });
  const spent = process.cpuUsage(processor);
  const found = await task.evaluate(pipeline, 'test', compute);
  const { params: left, macs } = pipelineCosts(pipeline, counter);
  const { batch, lr } = recipe.finetune;
  return {
    ...{ base: shipped.sha256, ...wanted, steps, batch, lr, pictures, params: left, macs, pruned },
    ...{ values: { ...found.values }, answers: answersText(found) },
    ...{
      seconds: (performance.now() - began) / 1000,
      cpuSeconds: (spent.user + spent.system) / 1e6,
      load: loadavg()[0]!,
    },
  };
};

const one = async (row: SlimRow, wanted: Wanted): Promise<void> => {
  if ((await readResults<SlimRun>(NAME)).some((run) => isSame(run, wanted))) return;
  const run = {
    ...base,
    board: BOARD,
    recipe: {},
    target: 'free',
    seed: wanted.seed,
    threads,
    codeVersion: 'experiment',
  };
  await withContext(run, async (context) => {
    const result = await slimmed(context, row, wanted);
    await addResult(NAME, result);
    const { values: found, pruned, cpuSeconds } = result;
    console.log(
      `${row.id}/${wanted.share}/${wanted.seed}: ${pruned.toFixed(2)}, then ${found['miou-point']!.toFixed(2)} (${cpuSeconds.toFixed(0)} s of processor)`,
    );
  });
};

/** What everything is compared with, on the same pictures. */
const whole = async (): Promise<void> => {
  const wanted = { row: 'base', share: 0, seed: 0 };
  if ((await readResults<SlimRun>(NAME)).some((run) => isSame(run, wanted))) return;
  await withContext(
    { ...base, board: BOARD, recipe: {}, target: 'free', seed: 0, threads, codeVersion: 'experiment' },
    async (context) => {
      const { pipeline, task } = await prepare(context);
      const found = await task.evaluate(pipeline, 'test', ownCompute(context));
      const { params, macs } = pipelineCosts(pipeline, context.protocol.counter);
      await addResult<SlimRun>(NAME, {
        ...{ base: shipped.sha256, ...wanted, steps: 0, batch: 0, lr: 0, pictures: 0, params, macs },
        ...{ pruned: found.values['miou-point']!, values: { ...found.values }, answers: answersText(found) },
        ...{ seconds: 0, cpuSeconds: 0, load: loadavg()[0]! },
      });
    },
  );
};

if (!values.print) {
  await whole();
  const rows = values.rows.split(',').map((id) => ROWS.find((row) => row.id === id)!);
  for (const seed of values.seeds.split(',').map(Number))
    for (const row of rows)
      for (const share of values.shares.split(',').map(Number)) await one(row, { row: row.id, share, seed });
}
printSlimsam((await readResults<SlimRun>(NAME)).filter(({ steps: of, row }) => of === steps || row === 'base'));
