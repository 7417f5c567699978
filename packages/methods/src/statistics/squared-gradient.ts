/**
 * Squared gradient: the mean over examples of the square of every parameter's gradient, for each example's own loss
 * against its label: the diagonal of the empirical Fisher matrix. Batches are means over B examples, so a gradient of
 * one example is B times its part.
 */
import { crossEntropy, gradientGraph } from '@topiary/autodiff';
import { exampleSquares, fittingBatch } from './_example-squares.js';
import { layersOf } from './_layers.js';
import { byInitializer, outputOf, type Statistic, usual } from './_statistic.js';

export const SquaredGradient: Statistic = {
  ...usual,
  id: 'squared-gradient',
  title: 'Squared gradients of single examples',
  batch: (forward) => fittingBatch(forward, layersOf(forward)),
  build: (forward, { batch }) => {
    const layers = layersOf(forward);
    return gradientGraph(forward, {
      loss: crossEntropy(),
      batch,
      wrt: layers.map(({ y }) => y),
      fragment: ({ b, gradientOf }) => {
        for (const layer of layers) {
          const dY = gradientOf(layer.y);
          if (dY !== null) b.output(exampleSquares(b, layer, { x: layer.x, dY }), outputOf(layer.weight));
        }
      },
    });
  },
  // Σ_n (B g_n)² / (examples seen) = B · total / batches
  finish: (collected, { batch }) => byInitializer(collected, (total) => (batch * total) / collected.batches),
};
