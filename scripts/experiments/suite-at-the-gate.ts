/**
 * Is any honest export refused? Every recipe of the project's recorded suite is cut again, as its runs cut (no training:
 * shapes are what the gate looks at), written as a file for others, and sent through the gate beside its base.
 * Command: npx tsx scripts/experiments/suite-at-the-gate.ts [--boards classification.vit-tiny.shapes32] [--seeds 0]
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { FilledRecipe } from '@topiary/contracts';
import { check, rulesBeside } from '@topiary/gate';
import { standard } from '@topiary/lowering';
import { prune } from '@topiary/methods';
import { encode } from '@topiary/onnx';
import { graphOf } from '@topiary/pipeline';
import { shippedOn, shippedResultsFolder } from '@topiary/tracks';
import { SHIPPED, shippedPath } from '@topiary/zoo/catalogue';
import { prepare } from '../../workers/evaluator/src/stages/prepare.js';
import { procedureIn, withContext } from './context.js';

const { values } = parseArgs({
  options: {
    boards: {
      type: 'string',
      default: SHIPPED.filter(({ task }) => task === 'classification')
        .map(({ task, model, dataset }) => `${task}.${model}.${dataset}`)
        .join(),
    },
    seeds: { type: 'string', default: '0' },
  },
});
const seeds = values.seeds.split(',').map(Number);
const folder = shippedResultsFolder(resolve(import.meta.dirname, '../..'));
let [cut, refused] = [0, 0];

for (const board of values.boards.split(',')) {
  const { sha256, settings } = SHIPPED.find(({ model, dataset }) => board.endsWith(`.${model}.${dataset}`))!;
  const file = new Uint8Array(readFileSync(shippedPath(sha256)));
  for (const run of shippedOn(folder, board).filter(({ seed }) => seeds.includes(seed))) {
    const recipe = run.recipe as unknown as FilledRecipe;
    const about = { board, recipe: { criterion: recipe.criterion, scope: recipe.scope }, target: run.target.label };
    const experiment = { ...about, seed: run.seed, threads: 2, model: file, normalisation: settings, codeVersion: '' };
    await withContext(experiment, async (context) => {
      const prepared = await prepare(context);
      const { pipeline } = prepared;
      const request = { pipeline, recipe, target: run.target, counter: context.protocol.counter };
      const quiet = { ...procedureIn(context, prepared), log: () => undefined };
      const pruned = await prune(quiet, request, () => undefined);
      const bytes = encode(standard(graphOf(pruned.pipeline)));
      const base = graphOf(pipeline);
      const { faults } = check(bytes, rulesBeside(base, file.length, context.protocol.evaluationBatch));
      cut += 1;
      if (faults.length === 0) return;
      refused += 1;
      console.log(
        `${board} ${run.label} ${run.target.label}: ${faults.map(({ code, got }) => `${code} ${got}`).join('; ')}`,
      );
    });
  }
  console.log(`${board}: ${cut} files so far, ${refused} refused`);
}
