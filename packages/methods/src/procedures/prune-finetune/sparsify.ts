/**
 * Sparsify: trains the base network with a regularizer before it is pruned. The network of the best epoch goes on, as
 * published; since the test split takes no part, the epoch is chosen by training examples that are held out.
 */
import type { FilledRecipe } from '@topiary/contracts';
import type { Graph } from '@topiary/onnx';
import { merge, type Pipeline, split } from '@topiary/pipeline';
import { findGroups, ignoredStrata } from '@topiary/pruning';
import { checkParameters } from '../../parameters.js';
import { methodOf } from '../../registry.js';
import { Regularization } from '../../regularize.js';
import { viewsOf } from '../../score.js';
import type { ProcedureContext, Trainer } from '../_procedure.js';
import { type TrainingContext, trainPipeline } from '../_training.js';
import { BestEpoch } from './best-epoch.js';
import { paced } from './pace.js';

export interface Sparsified {
  readonly pipeline: Pipeline;
  /** Seconds of one pass over the training data, as the literature reports the cost of regularizers. */
  readonly epochSeconds: number;
}

/**
 * Groups as a regularizer sees them: layers that never lose a channel (the classifier) are left in peace, and groups of
 * which the recipe lets nothing leave.
 */
const viewsWithout = (graph: Graph, ignore: readonly string[]) => {
  const dependencies = findGroups(graph);
  const { groups, fixed } = dependencies;
  const isIgnored = ignoredStrata(dependencies, ignore);
  const whole = new Set(fixed.filter(({ channels, of }) => channels === of).map(({ initializer }) => initializer));
  const mayShrink = groups.filter((group) => !group.strata.every((stratum) => isIgnored(group, stratum)));
  return viewsOf(graph, mayShrink).map((view) => ({
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

/** What sparsifying needs of a run. */
export type SparsifyContext = TrainingContext & Pick<ProcedureContext, 'evaluate'>;

export const sparsify = async (
  context: SparsifyContext,
  pipeline: Pipeline,
  recipe: Pick<FilledRecipe, 'regularizer' | 'params' | 'prune' | 'sparsify'>,
  progress: (share: number) => void,
): Promise<Sparsified> => {
  const { task, evaluate, log } = context;
  const regularizer = methodOf('regularizer', recipe.regularizer!);
  const { steps, batch } = recipe.sparsify;
  const perEpoch = Math.max(1, Math.round(task.examples.rest / batch));
  const given = checkParameters(regularizer, recipe.params.regularizer);
  const params = paced(regularizer, given, recipe.sparsify, steps / perEpoch);
  const regularization = new Regularization(
    regularizer,
    params,
    viewsWithout(merge(pipeline), recipe.prune.ignore ?? []),
  );
  const metric = task.metrics[0]!;
  const best = new BestEpoch(evaluate, metric);
  const onEnd = (epoch: number, trainer: Trainer) => best.offer(epoch, split(trainer.export(), pipeline));
  const began = performance.now();
  const last = await trainPipeline(context, pipeline, recipe.sparsify, {
    stage: 'sparsify',
    prefix: 'sparsify-',
    from: 'rest',
    progress,
    coefficients: ['add'],
    setCoefficients: coefficientsBy(regularization, { steps: perEpoch, onEnd }),
  });
  const chosen = await best.offer(Math.ceil(steps / perEpoch), last);
  log(
    `epoch ${chosen.epoch} of ${Math.ceil(steps / perEpoch)} goes on: ${metric.title} ${chosen.value.toFixed(metric.digits)} ${metric.unit} on ${chosen.n} held-out examples`,
  );
  const seconds = (performance.now() - began) / 1000 - best.seconds;
  return { pipeline: chosen.pipeline, epochSeconds: (seconds / Math.max(1, steps)) * perEpoch };
};
