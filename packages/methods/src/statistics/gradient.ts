/**
 * Gradient: the derivative of the task's loss by every parameter, averaged over batches of one size. BatchNorm runs as in
 * inference, so that the gradient belongs to the network that is pruned.
 */
import { gradientGraph } from '@topiary/autodiff';
import { batchForGradients } from './_memory.js';
import { byInitializer, outputOf, type Statistic, usual } from './_statistic.js';

export const Gradient: Statistic = {
  ...usual,
  id: 'gradient',
  title: 'Gradient of the mean loss',
  needs: 'loss',
  batch: batchForGradients,
  build: (forward, { batch, loss }) =>
    gradientGraph(forward, {
      loss,
      batch,
      fragment: ({ b, parameters, gradientOf }) => {
        for (const { initializer } of parameters) {
          const slope = gradientOf(initializer.name);
          if (slope !== null) b.output(slope, outputOf(initializer.name));
        }
      },
    }),
  finish: (collected) => byInitializer(collected, (total) => total / collected.batches),
};
