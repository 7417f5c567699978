/**
 * Last squared gradient: the square of every parameter's gradient for the last example alone, which is all that
 * Torch-Pruning's accumulator keeps (it looks values up by name and stores them by tensor).
 */
import { gradientGraph } from '@topiary/autodiff';
import { batchOfLast, outputSquares } from './_example-squares.js';
import { layersOf } from './_layers.js';
import { byInitializer, type Statistic, usual } from './_statistic.js';

export const LastSquaredGradient: Statistic = {
  ...usual,
  id: 'last-squared-gradient',
  title: 'Squared gradient of the last example',
  needs: 'loss-per-example',
  batch: batchOfLast,
  build: (forward, { batch, loss }) => {
    const layers = layersOf(forward);
    return gradientGraph(forward, {
      loss,
      batch,
      wrt: layers.map(({ y }) => y),
      fragment: (context) => outputSquares(context, layers, 'last'),
    });
  },
  accumulate: (total, { data }) => {
    for (let i = 0; i < total.length; i += 1) total[i] = Number(data[i]);
  },
  finish: (collected, { batch }) => byInitializer(collected, (total) => batch ** 2 * total),
};
