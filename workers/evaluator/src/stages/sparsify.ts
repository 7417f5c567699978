/**
 * Sparsify: trains the base network with a regularizer before it is pruned. The network of the best epoch goes on, as
 * published; since the test split takes no part, the epoch is chosen by training pictures that are held out.
 */
import { checkParameters, methodOf, Regularization, viewsOf } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { findGroups } from '@topiary/pruning';
import type { Trainer } from '@topiary/runtime';
import type { FilledRecipe } from '@topiary/tracks';
import type { Data } from '../run-context.js';
import { evaluateOn } from './evaluate.js';
import { BestEpoch, holdOut } from './held-out.js';
import { type TrainingContext, trainNetwork } from './training.js';

/** One training picture in so many is held out. */
const HELD = 10;

export interface SparsifyRequest {
  readonly model: Graph;
  readonly data: Pick<Data, 'train'>;
  readonly recipe: Pick<FilledRecipe, 'regularizer' | 'params' | 'sparsify'>;
}

export interface Sparsified {
  readonly graph: Graph;
  /** Seconds of one pass over the training data, as the literature reports the cost of regularizers. */
  readonly epochSeconds: number;
}

/** Groups as a regularizer sees them: the classifier, whose outputs are the classes, is left in peace. */
const viewsWithout = (graph: Graph) => {
  const { groups, fixed } = findGroups(graph);
  const whole = new Set(fixed.filter(({ channels, of }) => channels === of).map(({ initializer }) => initializer));
  return viewsOf(graph, groups).map((view) => ({
    ...view,
    members: view.members.filter(({ initializer }) => !whole.has(initializer)),
  }));
};

interface Epochs {
  readonly steps: number;
  readonly onEnd: (epoch: number, trainer: Trainer) => Promise<unknown>;
}

/** Sets the `add` inputs of a trainer before each step, and tells when a pass over the data is over. */
const coefficientsBy = (regularization: Regularization, epochs: Epochs) => {
  const currentOf = (trainer: Trainer) => (initializer: string) => trainer.value(initializer).data as Float32Array;
  return async (step: number, trainer: Trainer): Promise<void> => {
    const current = currentOf(trainer);
    if (step > 0 && step % epochs.steps === 0) {
      await epochs.onEnd(step / epochs.steps, trainer);
      regularization.endEpoch(current);
    }
    const inputs = new Map(
      trainer.training.coefficients
        .filter(({ kind }) => kind === 'add')
        .map((coefficient) => [`${coefficient.axis}:${coefficient.initializer}`, coefficient]),
    );
    for (const { initializer, axis, values } of regularization.coefficients(current)) {
      const input = inputs.get(`${axis}:${initializer}`);
      if (input) trainer.setCoefficient(input, values);
    }
  };
};

export const sparsify = async (
  context: TrainingContext,
  { model, data, recipe }: SparsifyRequest,
  progress: (share: number) => void,
): Promise<Sparsified> => {
  const regularizer = methodOf('regularizer', recipe.regularizer!);
  const params = checkParameters(regularizer, recipe.params.regularizer);
  const regularization = new Regularization(regularizer, params, viewsWithout(model));
  const { steps, batch } = recipe.sparsify;
  const { rest, held } = holdOut(data.train, HELD);
  const perEpoch = Math.max(1, Math.round(rest.length / batch));
  const best = new BestEpoch(async (graph) => (await evaluateOn(context, graph, { test: held })).top1);
  const onEnd = (epoch: number, trainer: Trainer) => best.offer(epoch, trainer.export());
  const began = performance.now();
  const last = await trainNetwork(context, model, { train: rest }, recipe.sparsify, {
    stage: 'sparsify',
    progress,
    coefficients: ['add'],
    setCoefficients: coefficientsBy(regularization, { steps: perEpoch, onEnd }),
  });
  const { graph, epoch, top1 } = await best.offer(Math.ceil(steps / perEpoch), last);
  context.report.log(
    `epoch ${epoch} of ${Math.ceil(steps / perEpoch)} goes on: ${(100 * top1).toFixed(2)} % of ${held.length} held-out pictures`,
  );
  const seconds = (performance.now() - began) / 1000 - best.seconds;
  return { graph, epochSeconds: (seconds / Math.max(1, steps)) * perEpoch };
};
