/** A run of a recipe: prepare, the recipe's procedures one after another, evaluate, measure, publish. */
import type { FilledRecipe, Result, RunMetric, Target } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import {
  assertCollects,
  assertRecipe,
  type CriterionSource,
  type ProcedureOutcome,
  procedureOf,
} from '@topiary/methods';
import { assertPipeline, type Pipeline } from '@topiary/pipeline';
import { blockSize, peakMemoryBytes } from '@topiary/runtime';
import type { Evaluation } from '@topiary/tasks';
import { reachingStep, stagePrefix, stepsOf, trackOf } from '@topiary/tracks';
import { checkpointsOf } from './checkpoint.js';
import { ownCompute } from './compute.js';
import type { FromChild } from './messages.js';
import { procedureContext } from './procedure-context.js';
import type { RunContext } from './run-context.js';
import { baseMetrics } from './stages/base-metrics.js';
import { collapseFlags } from './stages/collapsed.js';
import { achievedOn, countedOf } from './stages/costs.js';
import { damagedExamples } from './stages/damaged.js';
import { evaluateOn, metricsOf, outcomeText } from './stages/evaluate.js';
import { latencyFlags, type Measured, measure } from './stages/measure.js';
import { networkFacts } from './stages/network-facts.js';
import { type Prepared, prepare } from './stages/prepare.js';
import { publish } from './stages/publish.js';

/** What the steps of a recipe came to, together. */
interface Made extends Omit<ProcedureOutcome, 'flags'> {
  readonly flags: readonly string[];
  /** Measured on the test split on the way. */
  readonly milestones: readonly RunMetric[];
}

interface Steps {
  readonly recipes: readonly FilledRecipe[];
  readonly source: CriterionSource | null;
}

/**
 * What is left to do for a step that begins with what others made: a target is the base over what is left. Where they
 * went past it already, nobody could say that it was reached.
 */
const remaining = (context: RunContext, { pipeline: base, task }: Prepared, made: Pipeline): Target => {
  const { job, protocol } = context;
  const target = job.run.target!;
  const before = achievedOn(countedOf(task, protocol.counter, base, made), target, target.axis);
  if (target.value > before) return { ...target, value: target.value / before };
  throw new TopiaryError('TOPIARY_PRUNING_IMPOSSIBLE_TARGET', {
    where: `target ${target.label}`,
    expected: `more than the ${before.toFixed(2)}x that the steps before have reached`,
    got: target.label,
  });
};

/** Each step begins with what the one before made. */
const takeSteps = async (context: RunContext, prepared: Prepared, steps: Steps): Promise<Made> => {
  const { job, board, protocol } = context;
  const { pipeline: base, task } = prepared;
  // where two steps pass the same phase, the later one counts
  const milestones = new Map<string, RunMetric[]>();
  const milestone = async (phase: string, pipeline: Pipeline): Promise<void> => {
    milestones.set(phase, metricsOf(phase, await evaluateOn(context, pipeline, task)));
  };
  let made: ProcedureOutcome = { pipeline: base, facts: [], flags: [] };
  const last = job.run.target === null ? -1 : reachingStep(board, steps.recipes, job.run.target);
  if (steps.source === null) for (const recipe of steps.recipes) assertCollects(recipe, task.loss(null));
  for (const [i, recipe] of steps.recipes.entries()) {
    const procedure = procedureOf(recipe);
    const params = recipe.params.procedure;
    const target = i === last ? remaining(context, prepared, made.pipeline) : null;
    const request = { target, counter: protocol.counter, recipe, params };
    const asked = steps.source ? { ...request, recipe: { ...recipe, criterion: null } } : request;
    assertRecipe(made.pipeline, asked, task.trajectory(made.pipeline));
    const prefix = stagePrefix(steps.recipes.length, i);
    const given = { task, base, pipeline: made.pipeline, source: steps.source, milestone, prefix };
    const next = await procedure.run(procedureContext(context, given), request);
    assertPipeline(next.pipeline);
    made = {
      ...made,
      ...next,
      facts: [...made.facts, ...next.facts],
      flags: [...new Set([...made.flags, ...next.flags])],
    };
  }
  return { ...made, milestones: [...milestones.values()].flat() };
};

/** Null where the worker was told that its machine is busy with other work. */
const measured = async (context: RunContext, prepared: Prepared, made: Made): Promise<Measured> => {
  const { report, job } = context;
  const { task, pipeline } = prepared;
  if (job.measureLatency) return report.stage('measure', () => measure(context, task, pipeline, made.pipeline));
  report.skip('measure');
  return { latency: null, laps: {}, flags: [] };
};

/** Axes that the recipe changes, where they are not the track's own. */
const axesOf = (recipes: readonly FilledRecipe[]): Pick<Result, 'axes'> => {
  const axes = recipes.flatMap((recipe) => procedureOf(recipe).axes ?? []);
  return recipes.every((recipe) => procedureOf(recipe).axes === null) ? {} : { axes: [...new Set(axes)].sort() };
};

const evaluated = async (context: RunContext, { pipeline, task }: Prepared, made: Made) =>
  context.report.stage('evaluate', async (progress) => {
    const known = baseMetrics(context, task);
    const base = known ?? metricsOf('base', await evaluateOn(context, pipeline, task));
    const final = await evaluateOn(context, made.pipeline, task, progress);
    context.report.log(`${outcomeText(task, final)} on the test split`);
    return { base, final };
  });

const published = (context: RunContext, { pipeline, task }: Prepared, made: Made, final: Evaluation) =>
  context.report.stage('publish', async () => {
    const shown = await task.show(made.pipeline, pipeline, ownCompute(context));
    const facts = [...made.facts, ...shown, ...networkFacts(pipeline, made.pipeline, await blockSize())];
    return publish(context, { pipeline: made.pipeline, facts, answers: final.answers });
  });

/** `source`: a criterion from elsewhere, in the place of the recipe's own. */
export const runRecipe = async (
  context: RunContext,
  recipes: readonly FilledRecipe[],
  source: CriterionSource | null = null,
): Promise<Extract<FromChild, { type: 'result' }>> => {
  const { job, board, protocol, report, machine } = context;
  const prepared = await report.stage('prepare', () => prepare(context));
  const { pipeline, task } = prepared;
  const made = await takeSteps(context, prepared, { recipes, source });
  const { base, final } = await evaluated(context, prepared, made);
  const { latency, laps, flags } = await measured(context, prepared, made);
  const collapsed = await collapseFlags(context, made.pipeline, { task, final });
  const damaged = damagedExamples(context, task);
  const artefacts = await published(context, prepared, made, final);
  const counted = countedOf(task, protocol.counter, pipeline, made.pipeline);
  const { targetAxis, phases } = trackOf(board);
  const result: Result = {
    achieved: achievedOn(counted, job.run.target, targetAxis),
    counter: protocol.counter,
    ...damaged,
    flags: [...made.flags, ...collapsed, ...damaged.flags, ...latencyFlags(latency), ...flags],
    metrics: [...base, ...made.milestones, ...metricsOf(phases.at(-1)!.id, final)],
    ...counted,
    ...axesOf(recipes),
    latency,
    ...(Object.keys(laps).length === 0 ? {} : { laps: { ...laps } }),
    peakMemoryBytes: peakMemoryBytes(),
    seconds: report.seconds,
    stepSeconds: made.stepSeconds ?? null,
    epochSeconds: made.epochSeconds ?? null,
    widths: [...(made.widths ?? [])],
    artefacts,
    machine,
    recipeHash: job.run.recipeHash,
    protocol: protocol.version,
    codeVersion: job.codeVersion,
    splitHash: task.hash,
  };
  await checkpointsOf(job.home, job.run.run).remove();
  return { type: 'result', result };
};

export const recipeRun = (context: RunContext): Promise<Extract<FromChild, { type: 'result' }>> =>
  runRecipe(context, stepsOf(context.job.run.recipe));
