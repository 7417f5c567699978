/**
 * SlimSAM (Chen et al. 2024, arXiv 2312.05284): alternate slimming. The stream of tokens is cut and the blocks aligned with those
 * of the whole network, then the blocks are cut and the stream aligned with that of the network between: at every moment one of
 * both has a teacher of its own width.
 */
import type { Training, Width } from '@topiary/contracts';
import type { Graph } from '@topiary/onnx';
import { changing, merge, type Pipeline, pipelineCosts, split } from '@topiary/pipeline';
import { findGroups, SLACK } from '@topiary/pruning';
import type { Procedure, ProcedureContext, ProcedureRequest } from '../_procedure.js';
import { SLIMSAM } from './about.js';
import { bottleneckAlignment, embeddingAlignment } from './alignment.js';
import { type CutOptions, cutBottlenecks, cutStream, remainingShare, shareFor } from './cuts.js';
import { familiesOf } from './families.js';
import { type Slim, slimOnce } from './once.js';
import { scoresOf } from './scores.js';
import { aligned } from './train.js';

const HALF = 0.5;

const optionsOf = ({ params, counter }: ProcedureRequest): CutOptions => ({
  scope: params['scope'] === 'local' ? 'local' : 'global',
  multiple: Number(params['multiple']),
  counter,
});

const alignsInner = ({ params }: ProcedureRequest, step: 'first' | 'second'): boolean =>
  params['intermediate'] === 'both' || params['intermediate'] === step;

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

const refuses: Procedure['refuses'] = (pipeline, { target, params }) => {
  if (target !== null && target.axis !== 'macs')
    return `target ${target.label}: it cuts until a target on macs is reached`;
  if (params['begin'] === 'scratch' && params['order'] !== 'once')
    return 'begin scratch with order alternate: new weights have nothing to be aligned in turn';
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
  const inner = alignsInner(request, 'first') ? HALF : 0;
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
  const { target, counter, recipe } = request;
  const isInner = alignsInner(request, 'second');
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
    alpha: (step, early) => (isInner ? Math.max(0, (early - step - 1) / early) : 0),
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

/** In turn, with an alignment after each. */
const slimAlternately = async (context: ProcedureContext, request: ProcedureRequest, share: number): Promise<Slim> => {
  const narrow = await slimStream(context, request, share);
  const slim = await slimBlocks(context, request, narrow.graph, share);
  return { graph: slim.graph, widths: widthsOf(narrow.widths, slim.widths) };
};

export const SlimSam: Procedure = {
  ...SLIMSAM,
  refuses,
  run: async (context, request) => {
    const share = shareOf(context, request);
    const isOnce = request.params['order'] === 'once';
    context.log(`${(100 * share).toFixed(1)} % of the channels leave ${isOnce ? 'at once' : 'in each of two steps'}`);
    const { graph, widths } = isOnce
      ? await slimOnce(context, request, share, optionsOf(request))
      : await slimAlternately(context, request, share);
    const pipeline = split(graph, context.pipeline);
    return { pipeline, facts: [], flags: flagsOf(context, request, pipeline), widths };
  },
};
