/**
 * SlimSAM (Chen et al. 2024, arXiv 2312.05284): alternate slimming. The stream of tokens is cut and the blocks aligned with those
 * of the whole network, then the blocks are cut and the stream aligned with that of the network between: at every moment one of
 * both has a teacher of its own width.
 */
import { type LossGraph, parametersAs } from '@topiary/autodiff';
import type { Training, Width } from '@topiary/contracts';
import { type Graph, scalar } from '@topiary/onnx';
import { changing, type Feeds, merge, type Pipeline, pipelineCosts, split } from '@topiary/pipeline';
import { type Dependencies, findGroups, type Scores, SLACK } from '@topiary/pruning';
import { DisturbedTaylor } from '../../criteria/disturbed-taylor.js';
import { checkParameters } from '../../parameters.js';
import { scoreGroups } from '../../score.js';
import type { Procedure, ProcedureContext, ProcedureRequest } from '../_procedure.js';
import { collectStatistics } from '../_statistics.js';
import { optimizerOf, scheduleOf } from '../_training-parts.js';
import { SLIMSAM } from './about.js';
import { ALPHA, bottleneckAlignment, embeddingAlignment, STUDENT } from './alignment.js';
import { type CutOptions, cutBottlenecks, cutStream, remainingShare, shareFor } from './cuts.js';
import { familiesOf } from './families.js';

/** In this share of the steps inner values count, too: 10 of 40 epochs. */
const EARLY = 0.25;
const HALF = 0.5;
const POINTS = 100;

const optionsOf = ({ params, counter }: ProcedureRequest): CutOptions => ({
  scope: params['scope'] === 'local' ? 'local' : 'global',
  multiple: Number(params['multiple']),
  counter,
});

/** Scores of a network as it stands, against itself. */
const scoresOf = async (
  context: ProcedureContext,
  { recipe, params }: ProcedureRequest,
  dependencies: Dependencies,
  { round, normalise }: { readonly round: number; readonly normalise: string },
): Promise<Scores> => {
  const { graph, groups } = dependencies;
  const checked = checkParameters(DisturbedTaylor, { normalise, accumulate: params['accumulate']! });
  const statistics = await collectStatistics(context, {
    wanted: DisturbedTaylor.collects(checked),
    pipeline: split(graph, context.pipeline),
    graph,
    batches: recipe.prune.batches,
    round,
  });
  return scoreGroups(DisturbedTaylor, graph, groups, { params: checked, rng: () => 0, statistics });
};

interface Alignment {
  readonly stage: string;
  readonly loss: LossGraph;
  readonly alpha: (step: number, early: number) => number;
  readonly training: Training;
  readonly seed: number;
}

/** Only what the network itself reads: labels and prompts stay where they are. */
const ownInputs = ({ inputs }: Graph, feeds: Feeds): Feeds =>
  Object.fromEntries(inputs.map(({ name }) => [name, feeds[name]!]));

/** The student after its training. */
const aligned = (context: ProcedureContext, student: Graph, request: Alignment): Promise<Graph> =>
  context.stage(request.stage, async (progress) => {
    const { stage, loss, alpha, training, seed } = request;
    const { steps, batch, weightDecay, clip, ema } = training;
    const early = Math.round(EARLY * steps);
    const trainer = await context.lossTrainer(loss, {
      optimizer: optimizerOf(training),
      parameters: parametersAs(STUDENT, student),
      weightDecay,
      clip,
      ema,
    });
    const pipeline = split(student, context.pipeline);
    const batches = context.task.batches(pipeline, { from: 'train', batch, steps, seed, training });
    const every = Math.max(1, Math.floor(steps / POINTS));
    try {
      await context.fit(trainer, {
        steps,
        schedule: scheduleOf(training),
        batch: async (step) => {
          await context.pause();
          const feeds = ownInputs(student, (await batches.next()).value!);
          return { ...feeds, [ALPHA]: scalar(alpha(step, early)) };
        },
        onStep: ({ step, loss: value, metrics, skipped }) => {
          progress(step / steps);
          if (skipped || step % every !== 0) return;
          context.point(stage, `${stage}-loss`, step, value);
          for (const [name, part] of Object.entries(metrics)) context.point(stage, `${stage}-${name}`, step, part);
        },
      });
      return trainer.fill(student, STUDENT, { average: ema > 0 });
    } finally {
      await trainer.release();
    }
  });

/** Each half of the steps with a schedule of its own. */
const halves = (training: Training): readonly [Training, Training] => {
  const first = Math.ceil(training.steps / 2);
  const part = (steps: number): Training => ({
    ...training,
    steps,
    warmup: Math.min(training.warmup, Math.floor(steps / 2)),
  });
  return [part(first), part(training.steps - first)];
};

const shareOf = (context: ProcedureContext, request: ProcedureRequest): number => {
  const { target, params } = request;
  return target === null ? Number(params['ratio']) : shareFor(merge(context.pipeline), target, optionsOf(request));
};

/** Channels before the first of two cuts and after the second. */
const widthsOf = (first: readonly Width[], second: readonly Width[]): Width[] => {
  const key = ({ layer, axis }: Width) => `${layer}/${axis}`;
  const all = new Map(first.map((width) => [key(width), width]));
  for (const width of second) all.set(key(width), { ...width, before: all.get(key(width))?.before ?? width.before });
  return [...all.values()];
};

const refuses: Procedure['refuses'] = (pipeline, { target }) => {
  if (target !== null && target.axis !== 'macs')
    return `target ${target.label}: it cuts until a target on macs is reached`;
  if (changing(pipeline).parts.size > 1) return 'several parts: what each of them says is not one stream';
  return familiesOf(findGroups(merge(pipeline))) === null ? 'no blocks of attention and MLP on one stream' : null;
};

/** v1: the stream is cut, the blocks are aligned with the base's. */
const slimStream = async (context: ProcedureContext, request: ProcedureRequest, share: number) => {
  const base = merge(context.pipeline);
  const [training] = halves(request.recipe.finetune);
  const cut = await context.stage('embedding', async () => {
    const dependencies = findGroups(base);
    const scores = await scoresOf(context, request, dependencies, { round: 0, normalise: 'mean' });
    return cutStream(base, dependencies, familiesOf(dependencies)!, scores, share, optionsOf(request));
  });
  const inner = request.params['intermediate'] === true ? HALF : 0;
  const graph = await aligned(context, cut.graph, {
    stage: 'align-bottleneck',
    loss: bottleneckAlignment(cut.graph, base, training.batch),
    alpha: (step, early) => (step < early ? inner : 0),
    training,
    seed: context.seed,
  });
  return { graph, widths: cut.widths };
};

/** v2: the blocks are cut, the stream is aligned with v1's. */
const slimBlocks = async (context: ProcedureContext, request: ProcedureRequest, narrow: Graph, share: number) => {
  const base = merge(context.pipeline);
  const { target, counter, params, recipe } = request;
  const [, training] = halves(recipe.finetune);
  const cut = await context.stage('bottleneck', async () => {
    const dependencies = findGroups(narrow);
    const scores = await scoresOf(context, request, dependencies, { round: 1, normalise: 'gaussian' });
    const by = (ratio: number) =>
      cutBottlenecks(narrow, dependencies, familiesOf(dependencies)!, scores, ratio, optionsOf(request));
    const whole = pipelineCosts(context.pipeline, counter).macs;
    const own = target === null ? share : remainingShare((ratio) => by(ratio).graph, whole, target, counter);
    const made = by(own);
    await context.milestone('pruned', split(made.graph, context.pipeline));
    return made;
  });
  const graph = await aligned(context, cut.graph, {
    stage: 'align-embedding',
    loss: embeddingAlignment(cut.graph, narrow, base, training.batch),
    alpha: (step, early) => (params['intermediate'] === true ? Math.max(0, (early - step - 1) / early) : 0),
    training,
    seed: context.seed + 1,
  });
  return { graph, widths: cut.widths };
};

const flagsOf = ({ pipeline }: ProcedureContext, { target, counter }: ProcedureRequest, slim: Pipeline): string[] => {
  if (target === null) return [];
  const ratio = pipelineCosts(pipeline, counter).macs / pipelineCosts(slim, counter).macs / target.value;
  return ratio < 1 ? ['undershoot'] : ratio > SLACK ? ['overshoot'] : [];
};

export const SlimSam: Procedure = {
  ...SLIMSAM,
  refuses,
  run: async (context, request) => {
    const share = shareOf(context, request);
    context.log(`${(100 * share).toFixed(1)} % of the channels leave in each of two steps`);
    const narrow = await slimStream(context, request, share);
    const slim = await slimBlocks(context, request, narrow.graph, share);
    const pipeline = split(slim.graph, context.pipeline);
    return {
      pipeline,
      facts: [],
      flags: flagsOf(context, request, pipeline),
      widths: widthsOf(narrow.widths, slim.widths),
    };
  },
};
