/**
 * Disturbed gradient: the slope of the distance between what the network says and the same with noise (SlimSAM, arXiv
 * 2312.05284), averaged over batches with their signs. No label is needed, and no loss of a task.
 */
import { disturbed, gradientGraph } from '@topiary/autodiff';
import { byInitializer, outputOf, type Statistic, usual } from './_statistic.js';

export const DisturbedGradient: Statistic = {
  ...usual,
  id: 'disturbed-gradient',
  title: 'Gradient of the distance to itself with noise',
  needs: 'forward',
  // as in the paper: one picture, one draw of noise
  batch: () => 1,
  build: (forward, { batch }) =>
    gradientGraph(forward, {
      loss: disturbed(),
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
