/**
 * What alternate slimming is compared with, at its widths and for as many steps: everything is cut at once by one look at the
 * network, and what comes out is aligned alone; or a network of that shape with new weights.
 */
import type { Width } from '@topiary/contracts';
import type { Graph } from '@topiary/onnx';
import { merge, pipelineCosts, split } from '@topiary/pipeline';
import { findGroups } from '@topiary/pruning';
import type { ProcedureContext, ProcedureRequest } from '../_procedure.js';
import { fromScratch } from '../_scratch.js';
import { outputAlignment } from './alignment.js';
import { type CutOptions, cutAll, remainingShare } from './cuts.js';
import { familiesOf } from './families.js';
import { scoresOf } from './scores.js';
import { aligned } from './train.js';

export interface Slim {
  readonly graph: Graph;
  readonly widths: readonly Width[];
}

/** All widths after one cut: with a target the share that reaches it, otherwise the one that is given. */
const cutOnce = async (
  context: ProcedureContext,
  request: ProcedureRequest,
  share: number,
  options: CutOptions,
): Promise<Slim> => {
  const { target, counter } = request;
  const base = merge(context.pipeline);
  const dependencies = findGroups(base);
  const scores = await scoresOf(context, request, dependencies, { round: 0, normalise: 'gaussian' });
  const by = (ratio: number) => cutAll(base, dependencies, familiesOf(dependencies)!, scores, ratio, options);
  const whole = pipelineCosts(context.pipeline, counter).macs;
  return by(target === null ? share : remainingShare((ratio) => by(ratio).graph, whole, target, counter));
};

export const slimOnce = async (
  context: ProcedureContext,
  request: ProcedureRequest,
  share: number,
  options: CutOptions,
): Promise<Slim> => {
  const { finetune: training } = request.recipe;
  const base = merge(context.pipeline);
  for (const stage of ['embedding', 'align-bottleneck']) context.skip(stage);
  const cut = await context.stage('bottleneck', async () => {
    const { graph, widths } = await cutOnce(context, request, share, options);
    const random = context.random(`slimsam/scratch/${context.seed}`);
    const begun = request.params['begin'] === 'scratch' ? fromScratch(graph, random) : graph;
    await context.milestone('pruned', split(begun, context.pipeline));
    return { graph: begun, widths };
  });
  const graph = await aligned(context, cut.graph, {
    stage: 'align-embedding',
    loss: outputAlignment(cut.graph, base, training.batch),
    alpha: null,
    training,
    seed: context.seed,
  });
  return { graph, widths: cut.widths };
};
