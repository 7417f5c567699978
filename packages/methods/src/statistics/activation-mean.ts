/**
 * Activation mean: for each layer, the mean over examples and places of each output channel, then of each input channel,
 * in one array [outputs, inputs]. Uploaded criteria ask for it.
 */
import { crossEntropy, gradientGraph } from '@topiary/autodiff';
import { type GraphBuilder, int } from '@topiary/onnx';
import { type WeightLayer, weightLayersOf } from './_layers.js';
import { batchForGradients } from './_memory.js';
import { byInitializer, outputOf, type Statistic, usual } from './_statistic.js';

/** The mean over every axis but that of the channels. */
const channelMeans = (b: GraphBuilder, value: string, { form }: WeightLayer): string => {
  const rank = b.shape(value).length;
  const channels = form === 'convolution' ? 1 : rank - 1;
  const others = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== channels);
  return b.op('ReduceMean', [value, b.int64s(others)], { keepdims: int(0) });
};

export const ActivationMean: Statistic = {
  ...usual,
  id: 'activation-mean',
  title: 'Mean activation of each channel',
  batch: batchForGradients,
  build: (forward, { batch }) =>
    gradientGraph(forward, {
      loss: crossEntropy(),
      batch,
      wrt: [],
      fragment: ({ b }) => {
        for (const layer of weightLayersOf(forward)) {
          const means = [layer.y, layer.x].map((value) => channelMeans(b, value, layer));
          b.output(b.op('Concat', means, { axis: int(0) }), outputOf(layer.weight));
        }
      },
    }),
  finish: (collected) => byInitializer(collected, (total) => total / collected.batches),
};
