/**
 * Last squared gradient: the square of every parameter's gradient for the last example alone, which is all that
 * Torch-Pruning's accumulator keeps (it looks values up by name and stores them by tensor).
 */
import { crossEntropy, gradientGraph } from '@topiary/autodiff';
import type { GraphBuilder } from '@topiary/onnx';
import { exampleSquares } from './_example-squares.js';
import { layersOf } from './_layers.js';
import { batchForGradients } from './_memory.js';
import { byInitializer, outputOf, type Statistic, usual } from './_statistic.js';

const lastOf = (b: GraphBuilder, value: string, batch: number): string =>
  b.op('Slice', [value, b.int64s([batch - 1]), b.int64s([batch]), b.int64s([0]), b.int64s([1])]);

export const LastSquaredGradient: Statistic = {
  ...usual,
  id: 'last-squared-gradient',
  title: 'Squared gradient of the last example',
  batch: batchForGradients,
  build: (forward, { batch }) => {
    const layers = layersOf(forward);
    return gradientGraph(forward, {
      loss: crossEntropy(),
      batch,
      wrt: layers.map(({ y }) => y),
      fragment: ({ b, gradientOf }) => {
        for (const layer of layers) {
          const dY = gradientOf(layer.y);
          if (dY === null) continue;
          const passage = { x: lastOf(b, layer.x, batch), dY: lastOf(b, dY, batch) };
          b.output(exampleSquares(b, layer, passage), outputOf(layer.weight));
        }
      },
    });
  },
  accumulate: (total, { data }) => {
    for (let i = 0; i < total.length; i += 1) total[i] = Number(data[i]);
  },
  finish: (collected, { batch }) => byInitializer(collected, (total) => batch ** 2 * total),
};
