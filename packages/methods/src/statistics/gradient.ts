/**
 * Gradient: the derivative of the mean cross-entropy by every parameter, averaged over batches of one size. BatchNorm
 * runs as in inference, so that the gradient belongs to the network that is pruned.
 */
import { crossEntropy, gradientGraph } from '@topiary/autodiff';
import { batchForGradients } from './_memory.js';
import { type Statistic, usual } from './_statistic.js';

export const Gradient: Statistic = {
  ...usual,
  id: 'gradient',
  title: 'Gradient of the mean loss',
  batch: batchForGradients,
  build: (forward, { batch }) => gradientGraph(forward, { loss: crossEntropy(), batch }),
  finish: ({ batches, totals }, { gradients }) =>
    new Map(
      [...gradients].map(([initializer, output]) => [
        initializer,
        Float32Array.from(totals.get(output)!, (total) => total / batches),
      ]),
    ),
};
