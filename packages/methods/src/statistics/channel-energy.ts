/**
 * Channel energy: for each input channel c of a layer, how much the layer makes of that channel alone,
 *
 *   e_c = Σ over examples, places and outputs o of (x_c · w_oc)² = Σ_o w_ocᵀ R_c w_oc,  R_c = Σ x_c x_cᵀ over windows x_c.
 *
 * Kept per place along the weight's input axis; a grouped convolution adds its groups up, a shared weight its layers.
 */
import { forwardGraph } from '@topiary/autodiff';
import { elementsAt, type Graph, type GraphBuilder, int, ints } from '@topiary/onnx';
import { inferTypes } from '@topiary/ops';
import { byWeight, type ConvLayer, type LinearLayer, summed } from './_layers.js';
import { byInitializer, outputOf, type Statistic, usual } from './_statistic.js';
import { allWindows, innerOf, readersOf } from './_windows.js';

const sum = (b: GraphBuilder, x: string, axes: readonly number[]): string =>
  b.op('ReduceSum', [x, b.int64s(axes)], { keepdims: int(0) });

const ofConvolution = (b: GraphBuilder, layer: ConvLayer): string => {
  const { group, dims, weight } = layer;
  const [outputs, inner] = [dims[0]! / group, dims[1]!];
  const taps = dims.slice(2).reduce((n, size) => n * size, 1);
  const x = allWindows(b, layer); // [N, C, taps, places]
  const each = b.op('MatMul', [x, b.op('Transpose', [x], { perm: ints([0, 1, 3, 2]) })]);
  const together = sum(b, each, [0]); // [C, taps, taps]
  const split = b.op('Reshape', [weight, b.int64s([group, outputs, inner, taps])]);
  const turned = b.op('Transpose', [split], { perm: ints([0, 2, 1, 3]) });
  const w = b.op('Reshape', [turned, b.int64s([group * inner, outputs, taps])]);
  const energy = sum(b, b.op('Mul', [b.op('MatMul', [w, together]), w]), [1, 2]); // [C]
  return group === 1 ? energy : sum(b, b.op('Reshape', [energy, b.int64s([group, inner])]), [0]);
};

const ofLinear = (b: GraphBuilder, { x, weight, transposed }: LinearLayer): string => {
  const squares = (value: string, axes: readonly number[]) => sum(b, b.op('Mul', [value, value]), axes);
  const rows = b.shape(x).slice(0, -1);
  return b.op('Mul', [
    squares(
      x,
      rows.map((_, i) => i),
    ),
    squares(weight, [transposed ? 0 : 1]),
  ]);
};

/** Numbers that the windows of one batch may take. */
const MOST = 2 ** 25;

/** Examples at a time so that the windows of the widest layer fit. */
const fittingBatch = (forward: Graph): number => {
  const types = inferTypes(forward);
  const sizeOf = (value: string) => elementsAt(types.get(value)!.shape);
  const copies = readersOf(forward).map((layer) => {
    if (layer.form === 'linear') return sizeOf(layer.x);
    const [outputs] = layer.dims;
    const taps = layer.dims.slice(2).reduce((n, size) => n * size, 1);
    return (sizeOf(layer.y) / outputs!) * innerOf(layer) * layer.group * taps;
  });
  return Math.max(1, Math.min(128, Math.floor(MOST / Math.max(1, ...copies))));
};

export const ChannelEnergy: Statistic = {
  ...usual,
  id: 'channel-energy',
  title: 'What layers make of each input channel alone',
  needs: 'forward',
  batch: fittingBatch,
  build: (forward, { batch }) =>
    forwardGraph(forward, {
      batch,
      fragment: ({ b }) => {
        for (const [weight, layers] of byWeight(readersOf(forward)))
          b.output(
            summed(b, layers, (layer) => (layer.form === 'linear' ? ofLinear(b, layer) : ofConvolution(b, layer))),
            outputOf(weight),
          );
      },
    }),
  finish: (collected) => byInitializer(collected, (total) => total),
};
