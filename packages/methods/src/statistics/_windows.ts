/** What a layer's weights meet: kernel windows of its input, copied side by side. */
import { type Graph, type GraphBuilder, int } from '@topiary/onnx';
import { type ConvLayer, geometryOf, type WeightLayer, weightLayersOf } from './_layers.js';

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);

/** Every tap of a kernel, as positions along its axes; the last axis runs fastest, as in the weight. */
export const tapsOf = (kernel: readonly number[]): readonly (readonly number[])[] =>
  kernel.reduce<number[][]>(
    (found, size) => found.flatMap((tap) => Array.from({ length: size }, (_, i) => [...tap, i])),
    [[]],
  );

/** x with its zeros around it, as the kernel meets it. */
export const padded = (b: GraphBuilder, layer: ConvLayer): string => {
  const { pads, kernel } = geometryOf(b, layer);
  if (pads.every((pad) => pad === 0)) return layer.x;
  return b.op('Pad', [layer.x, b.int64s([0, 0, ...pads.slice(0, kernel.length), 0, 0, ...pads.slice(kernel.length)])]);
};

/** x under every tap of the kernel: [N, C, taps, places]. */
export const allWindows = (b: GraphBuilder, layer: ConvLayer): string => {
  const { kernel, strides, dilations } = geometryOf(b, layer);
  const wide = padded(b, layer);
  const places = b.shape(layer.y).slice(2).map(Number);
  const axes = b.int64s(places.map((_, i) => i + 2));
  const channels = Number(b.shape(layer.x)[1]);
  const shifted = tapsOf(kernel).map((tap) => {
    const starts = tap.map((t, i) => t * dilations[i]!);
    const ends = starts.map((start, i) => start + (places[i]! - 1) * strides[i]! + 1);
    const cut = b.op('Slice', [wide, b.int64s(starts), b.int64s(ends), axes, b.int64s(strides)]);
    return b.op('Reshape', [cut, b.int64s([0, channels, 1, product(places)])]);
  });
  return shifted.length === 1 ? shifted[0]! : b.op('Concat', shifted, { axis: int(2) });
};

/** Input places along the weight's own axis: a grouped convolution's weight knows the inputs of one group. */
export const innerOf = (layer: WeightLayer): number =>
  layer.form === 'convolution' ? layer.dims[1]! : layer.dims[layer.transposed ? 1 : 0]!;

/** A depthwise convolution reads one channel at a time, which leaves with the one that it makes. */
const isDepthwise = (layer: WeightLayer): boolean =>
  layer.form === 'convolution' && layer.group > 1 && layer.dims[0] === layer.group && layer.dims[1] === 1;

/** Layers that can lose inputs, also when a single one is left: not those that read what the network is given. */
export const readersOf = (forward: Graph): WeightLayer[] =>
  weightLayersOf(forward).filter(
    (layer) => !isDepthwise(layer) && forward.inputs.every(({ name }) => name !== layer.x),
  );
