/**
 * Fresh map rank: for each channel, the mean over pictures of the rank of its map as a layer makes it, behind a
 * BatchNorm with scale 1 and shift 0 over the batch and a ReLU, whatever the network puts there,
 *
 *   rank max(0, (y - mean y) / σ) = rank max(0, y - mean y),  mean over pictures and places of the channel,
 *
 * since a rank does not see what a map is multiplied by: σ is left out. Of layers that share a weight, the first.
 */
import { type Graph, int } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { byWeight, weightLayersOf } from './_layers.js';
import { type MapSource, mapRanks } from './_maps.js';

const sourcesOf = (forward: Graph): MapSource[] => {
  const types = inferTypes(forward);
  return [...byWeight(weightLayersOf(forward))].flatMap(([weight, [first]]) => {
    const { y, form } = first!;
    if (types.get(y)!.shape.length !== 4) return [];
    return [{ weights: [weight], value: y, isLast: form === 'linear' }];
  });
};

export const FreshMapRank = mapRanks({
  id: 'fresh-map-rank',
  title: 'Mean rank of maps behind a fresh BatchNorm and ReLU',
  sources: sourcesOf,
  form: (b, maps) => {
    const mean = b.op('ReduceMean', [maps, b.int64s([0, 2, 3])], { keepdims: int(1) });
    return b.op('Relu', [b.op('Sub', [maps, mean])]);
  },
});
