/** A run of a recipe: the track's stages, one after another. */
import type { Result } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { assertServes, methodOf } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { count } from '@topiary/ops';
import { peakMemoryBytes } from '@topiary/runtime';
import { type FilledRecipe, fillRecipe } from '@topiary/tracks';
import type { FromChild } from './messages.js';
import type { Data, RunContext } from './run-context.js';
import { baseMetrics } from './stages/base-metrics.js';
import { damagedPictures } from './stages/damaged.js';
import { evaluateOn, metricsOf } from './stages/evaluate.js';
import { finetune } from './stages/finetune.js';
import { measure } from './stages/measure.js';
import { prepare } from './stages/prepare.js';
import { type CriterionSource, prune } from './stages/prune.js';
import { publish } from './stages/publish.js';
import { sparsify } from './stages/sparsify.js';

/** Says no before anything is read: what the run would be ranked under is what has to run. */
export const assertRuns = ({ procedure }: Pick<FilledRecipe, 'procedure'>): void => {
  if (procedure === null) return;
  throw new TopiaryError('TOPIARY_METHODS_UNKNOWN', {
    where: 'recipe.procedure',
    expected: 'null: this version of the worker runs no procedure',
    got: procedure,
  });
};

/** Says no before anything is computed. */
const assertServed = ({ criterion, regularizer }: FilledRecipe, model: Graph): void => {
  if (criterion !== null) assertServes(methodOf('criterion', criterion), model);
  if (regularizer !== null) assertServes(methodOf('regularizer', regularizer), model);
};

/** The base network, or what a regularizer makes of it. */
const sparsified = async (
  context: RunContext,
  request: { readonly model: Graph; readonly data: Data; readonly recipe: FilledRecipe },
): Promise<{ readonly graph: Graph; readonly epochSeconds: number | null }> => {
  const { report } = context;
  if (request.recipe.regularizer === null || request.recipe.sparsify.steps === 0) {
    report.skip('sparsify');
    return { graph: request.model, epochSeconds: null };
  }
  return report.stage('sparsify', async (progress) => {
    const outcome = await sparsify(context, request, progress);
    const { top1 } = await evaluateOn(context, outcome.graph, request.data);
    report.log(`top-1 ${(100 * top1).toFixed(2)} % after sparsifying, ${outcome.epochSeconds.toFixed(1)} s an epoch`);
    return outcome;
  });
};

/** Null where the worker was told that its machine is busy with other work. */
const measured = async (context: RunContext, base: Graph, pruned: Graph): Promise<Result['latency']> => {
  const { report, task } = context;
  if (task.measureLatency) return report.stage('measure', () => measure(context, base, pruned));
  report.skip('measure');
  return null;
};

/** `source`: a criterion from elsewhere, in the place of the recipe's own. */
export const runRecipe = async (
  context: RunContext,
  recipe: FilledRecipe,
  source?: CriterionSource,
): Promise<Extract<FromChild, { type: 'result' }>> => {
  const { task, protocol, report, machine } = context;
  const { target } = task.run;
  if (!target)
    throw new TopiaryError('TOPIARY_API_VALIDATION', {
      where: `run ${task.run.run}`,
      expected: 'a target',
      got: 'none',
    });

  assertRuns(recipe);
  const { model, data } = await report.stage('prepare', () => prepare(context));
  assertServed(source ? { ...recipe, criterion: null } : recipe, model);
  const sparse = await sparsified(context, { model, data, recipe });
  const {
    cut,
    plan,
    stepSeconds,
    metrics: pruned,
  } = await report.stage('prune', async (progress) => {
    const outcome = await prune(
      context,
      { model: sparse.graph, data, recipe, target, ...(source ? { source } : {}) },
      progress,
    );
    return { ...outcome, metrics: metricsOf('pruned', await evaluateOn(context, outcome.cut.graph, data)) };
  });
  let tuned = cut.graph;
  if (recipe.finetune.steps === 0) report.skip('finetune');
  else {
    tuned = await report.stage('finetune', (progress) =>
      finetune(context, { pruned: cut.graph, base: model, data, recipe }, progress),
    );
  }
  const [base, final] = await report.stage('evaluate', async (progress) => {
    const known = baseMetrics(context, data);
    return [
      known ?? metricsOf('base', await evaluateOn(context, model, data)),
      await evaluateOn(context, tuned, data, progress),
    ] as const;
  });
  report.log(`top-1 ${(100 * final.top1).toFixed(2)} % after fine-tuning`);
  const latency = await measured(context, model, tuned);
  const damaged = damagedPictures(context, data);
  const artefacts = await report.stage('publish', () =>
    publish(context, { model: tuned, kept: cut.kept, correct: final.correct }),
  );

  const [before, after] = [count(model), count(tuned)];
  const result: Result = {
    achieved: plan.achieved,
    counter: protocol.counter,
    ...damaged,
    flags: [...plan.flags, ...damaged.flags],
    metrics: [...base, ...pruned, ...metricsOf('finetuned', final)],
    params: { base: before.params, left: after.params },
    macs: {
      pure: { base: before.pure, left: after.pure },
      published: { base: before.published, left: after.published },
    },
    latency,
    peakMemoryBytes: peakMemoryBytes(),
    seconds: report.seconds,
    stepSeconds,
    epochSeconds: sparse.epochSeconds,
    widths: cut.widths.map((width) => ({ ...width })),
    artefacts,
    machine,
    recipeHash: task.run.recipeHash,
    protocol: protocol.version,
    codeVersion: task.codeVersion,
    splitHash: data.testHash,
  };
  return { type: 'result', result };
};

export const recipeRun = (context: RunContext): Promise<Extract<FromChild, { type: 'result' }>> =>
  runRecipe(context, fillRecipe(context.board, context.task.run.recipe));
