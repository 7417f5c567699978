/**
 * Squared gradient: the mean over examples of the square of every parameter's gradient, for each example's own loss: with
 * labels, the diagonal of the empirical Fisher matrix. Batches are means over B examples, so a gradient of one example is
 * B times its part.
 */
import { gradientGraph } from '@topiary/autodiff';
import { fittingBatch, outputSquares } from './_example-squares.js';
import { layersOf } from './_layers.js';
import { byInitializer, type Statistic, usual } from './_statistic.js';

export const SquaredGradient: Statistic = {
  ...usual,
  id: 'squared-gradient',
  title: 'Squared gradients of single examples',
  needs: 'loss-per-example',
  batch: (forward) => fittingBatch(forward, layersOf(forward)),
  build: (forward, { batch, loss }) => {
    const layers = layersOf(forward);
    return gradientGraph(forward, {
      loss,
      batch,
      wrt: layers.map(({ y }) => y),
      fragment: (context) => outputSquares(context, layers),
    });
  },
  // Σ_n (B g_n)² / (examples seen) = B · total / batches
  finish: (collected, { batch }) => byInitializer(collected, (total) => (batch * total) / collected.batches),
};
