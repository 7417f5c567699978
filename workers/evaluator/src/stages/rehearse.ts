/**
 * Rehearse: whatever runs on a board will do to its network, once and small, before the board opens: groups, a plan for
 * the first target, the cut, and a training step on two examples. What cannot be served fails here, by its name.
 */
import type { Training } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import { checkParameters, methodOf, optimizerOf, scoreGroups } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { merge, type Pipeline, split } from '@topiary/pipeline';
import { applyPlan, type Cut, type Dependencies, findGroups, plan } from '@topiary/pruning';
import { Trainer } from '@topiary/runtime';
import type { BoundTask } from '@topiary/tasks';
import type { RunContext } from '../run-context.js';

const EXAMPLES = 2;
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
  pipeline: Pipeline,
  task: BoundTask,
  settings: Training,
): Promise<number> => {
  const { weightDecay, clip, ema, lr } = settings;
  const plain: Training = { ...settings, mixup: 0, cutmix: 0, distillation: 'none' };
  const trainer = await Trainer.create(merge(pipeline), {
    ...compile,
    loss: task.loss(plain),
    optimizer: optimizerOf(plain),
    batch: EXAMPLES,
    weightDecay,
    clip,
    ema,
  });
  try {
    const request = { from: 'train', batch: EXAMPLES, steps: 1, seed: 0, plain: true } as const;
    const feeds = (await task.batches(pipeline, request).next()).value!;
    return (await trainer.step(feeds, lr)).loss;
  } finally {
    await trainer.release();
  }
};

export const rehearse = async (
  context: RunContext,
  pipeline: Pipeline,
  task: BoundTask,
  training: Training,
): Promise<void> => {
  const [target] = context.board.targets;
  const { graph, widths } = cutOnce(context, merge(pipeline), target!.value);
  const loss = await trainOnce(context, split(graph, pipeline), task, training);
  context.report.log(
    `rehearsed: cut to ${target!.label} in ${widths.length} layers, one training step, loss ${loss.toFixed(3)}`,
  );
};
