/**
 * Activation mean: for each layer, the mean over examples and places of each output channel, then of each input channel,
 * in one array [outputs, inputs]; the mean over the layers that share a weight. Uploaded criteria ask for it.
 */
import { forwardGraph } from '@topiary/autodiff';
import { type GraphBuilder, int } from '@topiary/onnx';
import { byWeight, summed, type WeightLayer, weightLayersOf } from './_layers.js';
import { batchForGradients } from './_memory.js';
import { byInitializer, outputOf, type Statistic, usual } from './_statistic.js';

/** The mean over every axis but that of the channels. */
const channelMeans = (b: GraphBuilder, value: string, { form }: WeightLayer): string => {
  const rank = b.shape(value).length;
  const channels = form === 'convolution' ? 1 : rank - 1;
  const others = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== channels);
  return b.op('ReduceMean', [value, b.int64s(others)], { keepdims: int(0) });
};

const bothMeans = (b: GraphBuilder, layer: WeightLayer): string => {
  const means = [layer.y, layer.x].map((value) => channelMeans(b, value, layer));
  return b.op('Concat', means, { axis: int(0) });
};

export const ActivationMean: Statistic = {
  ...usual,
  id: 'activation-mean',
  title: 'Mean activation of each channel',
  needs: 'forward',
  batch: batchForGradients,
  build: (forward, { batch }) =>
    forwardGraph(forward, {
      batch,
      fragment: ({ b }) => {
        for (const [weight, layers] of byWeight(weightLayersOf(forward))) {
          const total = summed(b, layers, (layer) => bothMeans(b, layer));
          b.output(layers.length === 1 ? total : b.op('Div', [total, b.scalar(layers.length)]), outputOf(weight));
        }
      },
    }),
  finish: (collected) => byInitializer(collected, (total) => total / collected.batches),
};
