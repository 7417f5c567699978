/**
 * Sparsify: trains the base network with a regularizer before it is pruned. The network of the last step goes on; there
 * is no best epoch to pick, since the test split takes no part and the budget is small.
 */
import { checkParameters, methodOf, Regularization, viewsOf } from '@topiary/methods';
import type { Graph } from '@topiary/onnx';
import { findGroups } from '@topiary/pruning';
import type { Trainer } from '@topiary/runtime';
import type { FilledRecipe } from '@topiary/tracks';
import type { Data } from '../run-context.js';
import { type TrainingContext, trainNetwork } from './training.js';

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

/** Sets the `add` inputs of a trainer before each step, and tells the regularizer when a pass is over. */
const coefficientsBy = (regularization: Regularization, stepsPerEpoch: number) => {
  const currentOf = (trainer: Trainer) => (initializer: string) => trainer.value(initializer).data as Float32Array;
  return (step: number, trainer: Trainer): void => {
    const current = currentOf(trainer);
    if (step > 0 && step % stepsPerEpoch === 0) regularization.endEpoch(current);
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
  const stepsPerEpoch = Math.max(1, Math.round(data.train.length / recipe.sparsify.batch));
  const began = performance.now();
  const graph = await trainNetwork(context, model, data, recipe.sparsify, {
    stage: 'sparsify',
    progress,
    coefficients: ['add'],
    setCoefficients: coefficientsBy(regularization, stepsPerEpoch),
  });
  const seconds = (performance.now() - began) / 1000;
  return { graph, epochSeconds: (seconds / Math.max(1, recipe.sparsify.steps)) * stepsPerEpoch };
};
