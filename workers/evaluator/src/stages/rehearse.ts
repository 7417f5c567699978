/**
 * Rehearse: whatever runs on a board will do to its network, once and small, before the board opens: groups, a plan for
 * the first target, the cut, and a training step on two pictures. What cannot be served fails here, by its name.
 */
import type { Training } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { checkParameters, methodOf, scoreGroups } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { applyPlan, type Cut, type Dependencies, findGroups, plan } from '@topiary/pruning';
import { classificationFeeds, Trainer } from '@topiary/runtime';
import { batches } from '@topiary/zoo';
import type { Data, RunContext } from '../run-context.js';
import { lossOf, optimizerOf } from './training-parts.js';

const PICTURES = 2;
const REASONS = 3;

const groupsOf = (model: Graph): Dependencies => {
  const found = findGroups(model);
  if (found.groups.length > 0) return found;
  const reasons = found.fixed.slice(0, REASONS).map(({ initializer, reason }) => `${initializer}: ${reason}`);
  throw new TopiaryError('TOPIARY_PRUNING_NOTHING_TO_PRUNE', {
    where: model.name || 'the network',
    expected: 'a layer whose channels may leave',
    got: reasons.join('; ') || 'no layer with weights',
  });
};

/** Any scores show what can be reached; those of the weights cost least. */
const cutOnce = ({ protocol }: RunContext, model: Graph, target: number): Cut => {
  const dependencies = groupsOf(model);
  const criterion = methodOf('criterion', 'magnitude-l2');
  const scores = scoreGroups(criterion, model, dependencies.groups, {
    params: checkParameters(criterion, {}),
    rng: () => 0,
  });
  const options = { scope: 'global', protection: 0.1, roundTo: 1 } as const;
  const found = plan(dependencies, scores, { ...options, target: { value: target, counter: protocol.counter } });
  return applyPlan(model, dependencies, found);
};

const trainOnce = async (
  { compile }: RunContext,
  graph: Graph,
  { train }: Data,
  settings: Training,
): Promise<number> => {
  const { weightDecay, clip, ema, lr } = settings;
  const plain: Training = { ...settings, mixup: 0, cutmix: 0, distillation: 'none' };
  const trainer = await Trainer.create(graph, {
    ...compile,
    loss: lossOf(plain, graph),
    optimizer: optimizerOf(plain),
    batch: PICTURES,
    weightDecay,
    clip,
    ema,
    together: 1,
  });
  try {
    const { images, labels } = (await batches(train, { batch: PICTURES, steps: 1, seed: 0 }).next()).value!;
    return (await trainer.step(classificationFeeds(graph, images, labels), lr)).loss;
  } finally {
    await trainer.release();
  }
};

export const rehearse = async (context: RunContext, model: Graph, data: Data, training: Training): Promise<void> => {
  const [target] = context.board.targets;
  const { graph, widths } = cutOnce(context, model, target!.value);
  const loss = await trainOnce(context, graph, data, training);
  context.report.log(
    `rehearsed: cut to ${target!.label} in ${widths.length} layers, one training step, loss ${loss.toFixed(3)}`,
  );
};
