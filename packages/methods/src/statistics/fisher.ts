/**
 * Fisher: the mean over batches of Σ_n (B · g_n)² for labels that the network itself draws, g_n the part of example n
 * in the gradient of a mean over B: the diagonal of the true Fisher matrix, times B, for convolutions and linear layers
 * (Wang et al., EigenDamage, ICML 2019).
 */
import { gradientGraph } from '@topiary/autodiff';
import { fittingBatch, outputSquares } from './_example-squares.js';
import { weightLayersOf } from './_layers.js';
import { byInitializer, type Statistic, usual } from './_statistic.js';

export const Fisher: Statistic = {
  ...usual,
  id: 'fisher',
  title: 'Diagonal of the Fisher matrix',
  needs: 'loss-sampled',
  batch: (forward) => fittingBatch(forward, weightLayersOf(forward)),
  build: (forward, { batch, loss }) => {
    const layers = weightLayersOf(forward);
    return gradientGraph(forward, {
      loss,
      batch,
      wrt: layers.map(({ y }) => y),
      fragment: (context) => outputSquares(context, layers),
    });
  },
  finish: (collected, { batch }) => byInitializer(collected, (total) => (batch ** 2 * total) / collected.batches),
};
