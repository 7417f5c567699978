/**
 * Response Gram: how the parts that input channels play in a layer's responses vary together,
 *
 *   G = Dᵀ D,  D[(r, o), c] = Σ_t x_r[c, t] w[o, c, t],
 *
 * one row per output o and window r of the layer's input; the same windows for all channels, drawn anew for every
 * example. Since D's rows are products, G is a product of two smaller ones, summed over taps: (Xᵀ X) ∘ (Wᵀ W). Of a
 * linear layer on tokens, windows are tokens. Kept by weight as [inputs, inputs]; groups of a convolution add up, and so do layers that share a weight.
 */
import { forwardGraph, type Rng } from '@topiary/autodiff';
import { floats, type Graph, type GraphBuilder, int, ints } from '@topiary/onnx';
import { byWeight, type ConvLayer, geometryOf, type LinearLayer, summed, type WeightLayer } from './_layers.js';
import { byInitializer, outputOf, type Statistic, usual } from './_statistic.js';
import { innerOf, padded, readersOf, tapsOf } from './_windows.js';

/** Where windows begin, as shares of the places along each axis: [batch, windows, axes]. Pictures of one example share them. */
const PLACES = 'windows';
/** Windows per example, as in the paper. */
const WINDOWS = 10;
const AXES = 2;
/** Of ONNX's data types. */
const INT64 = 7;
/** More inputs than this make a Gram matrix that nobody can use. */
const WIDEST = 4096;

const product = (sizes: readonly number[]): number => sizes.reduce((n, size) => n * size, 1);
const transpose = (b: GraphBuilder, x: string, perm: readonly number[]): string =>
  b.op('Transpose', [x], { perm: ints(perm) });
const reshape = (b: GraphBuilder, x: string, dims: readonly number[]): string => b.op('Reshape', [x, b.int64s(dims)]);

/** ⌊share · places⌋ along one axis: [batch, windows, 1]. */
const placeAlong = (b: GraphBuilder, axis: number, places: number): string => {
  const share = b.op('Slice', [PLACES, b.int64s([axis]), b.int64s([axis + 1]), b.int64s([2]), b.int64s([1])]);
  return b.op('Floor', [b.op('Mul', [share, b.scalar(places)])]);
};

/** The same windows for each of the pictures that an example has: [batch · each, windows, 1]. */
const repeated = (b: GraphBuilder, places: string, each: number): string => {
  if (each === 1) return places;
  const batch = Number(b.shape(places)[0]);
  const apart = reshape(b, places, [batch, 1, WINDOWS, 1]);
  return reshape(b, b.op('Expand', [apart, b.int64s([batch, each, WINDOWS, 1])]), [batch * each, WINDOWS, 1]);
};

/** Rows of ones and zeros that pick places: [batch, picks, of] from [batch, picks]. */
const oneHot = (b: GraphBuilder, picks: string, of: number): string => {
  const levels = b.constant(floats(Float32Array.of(0, 1), [2]));
  return b.op('OneHot', [b.op('Cast', [picks], { to: int(INT64) }), b.int64s([of]), levels], { axis: int(-1) });
};

/** Strides of a row-major array. */
const stridesOf = (sizes: readonly number[]): number[] => sizes.map((_, i) => product(sizes.slice(i + 1)));

/** Windows of a convolution's input: [group, inputs · taps, rows]. */
const windowsOf = (b: GraphBuilder, layer: ConvLayer): string => {
  const { kernel, strides, dilations } = geometryOf(b, layer);
  const wide = padded(b, layer);
  const [batch, channels, ...sizes] = b.shape(wide).map(Number) as [number, number, ...number[]];
  const places = b.shape(layer.y).slice(2).map(Number);
  const steps = stridesOf(sizes);
  const { each } = layer.examples!;
  const corner = places
    .map((n, i) => b.op('Mul', [repeated(b, placeAlong(b, i, n), each), b.scalar(strides[i]! * steps[i]!)]))
    .reduce((sum, part) => b.op('Add', [sum, part]));
  const taps = tapsOf(kernel).map((tap) => tap.reduce((sum, t, i) => sum + t * dilations[i]! * steps[i]!, 0));
  const offsets = b.constant(floats(Float32Array.from(taps), [1, 1, taps.length]));
  const picks = reshape(b, b.op('Add', [corner, offsets]), [batch, WINDOWS * taps.length]);
  const flat = reshape(b, wide, [batch, channels, product(sizes)]);
  const picked = b.op('MatMul', [flat, transpose(b, oneHot(b, picks, product(sizes)), [0, 2, 1])]);
  const inner = innerOf(layer);
  const apart = reshape(b, picked, [batch, layer.group, inner, WINDOWS, taps.length]);
  return reshape(b, transpose(b, apart, [1, 2, 4, 0, 3]), [layer.group, inner * taps.length, batch * WINDOWS]);
};

const ofConvolution = (b: GraphBuilder, layer: ConvLayer): string => {
  const { group, dims, weight } = layer;
  const inner = innerOf(layer);
  const taps = product(dims.slice(2));
  const x = windowsOf(b, layer);
  const w = reshape(b, weight, [group, dims[0]! / group, inner * taps]);
  const both = b.op('Mul', [
    b.op('MatMul', [x, transpose(b, x, [0, 2, 1])]),
    b.op('MatMul', [transpose(b, w, [0, 2, 1]), w]),
  ]);
  const apart = reshape(b, both, [group, inner, taps, inner, taps]);
  return b.op('ReduceSum', [apart, b.int64s([0, 2, 4])], { keepdims: int(0) });
};

/** Rows of a linear layer's input, [rows, inputs]: one per example, or some of its tokens. */
const rowsOf = (b: GraphBuilder, { x, examples }: LinearLayer): string => {
  const shape = b.shape(x).map(Number);
  const { each } = examples!;
  if (shape.length === 2 && each === 1) return x;
  const [batch, inputs] = [Number(b.shape(PLACES)[0]), shape.at(-1)!];
  const tokens = product(shape.slice(0, -1)) / batch;
  const picks = oneHot(b, reshape(b, placeAlong(b, 0, tokens), [batch, WINDOWS]), tokens);
  return reshape(b, b.op('MatMul', [picks, reshape(b, x, [batch, tokens, inputs])]), [batch * WINDOWS, inputs]);
};

const ofLinear = (b: GraphBuilder, layer: LinearLayer): string => {
  const { weight, transposed } = layer;
  const x = rowsOf(b, layer);
  const turned = transpose(b, weight, [1, 0]);
  const [left, right] = transposed ? [turned, weight] : [weight, turned];
  return b.op('Mul', [b.op('MatMul', [transpose(b, x, [1, 0]), x]), b.op('MatMul', [left, right])]);
};

/** A layer that sees the same for all examples has no windows of theirs. */
const layersOf = (forward: Graph): WeightLayer[] =>
  readersOf(forward).filter((layer) => innerOf(layer) <= WIDEST && layer.examples !== null);

export const ResponseGram: Statistic = {
  ...usual,
  id: 'response-gram',
  title: 'Gram matrix of the parts that input channels play in responses',
  needs: 'forward',
  batch: () => 32,
  build: (forward, { batch }) =>
    forwardGraph(forward, {
      batch,
      fragment: ({ b, draw }) => {
        draw(PLACES, [batch, WINDOWS, AXES], share);
        for (const [weight, layers] of byWeight(layersOf(forward)))
          b.output(
            summed(b, layers, (layer) => (layer.form === 'linear' ? ofLinear(b, layer) : ofConvolution(b, layer))),
            outputOf(weight),
          );
      },
    }),
  finish: (collected) => byInitializer(collected, (total) => total),
};

/** As a 32-bit number, 1 - 2⁻⁵³ would be 1, and its place one too many. */
const share = (rng: Rng): number => Math.min(rng(), 1 - 2 ** -24);
