/**
 * Squared gradients of single examples, summed over the batch inside the graph: Σ_n (∂ℓ_n/∂w)² in the weight's layout,
 * from what goes into a layer and the gradient of what comes out.
 *
 *   convolution  g_n = ConvWeightGrad(x_n, dY_n), one per example
 *   linear       g_n = x_nᵀ dY_n; on one row per example, Σ_n g_n² = (x²)ᵀ (dY²)
 *   norm         g_n = Σ over places of x̂ dY,  x̂ = x normalised without scale and shift
 */
import { floats, type Graph, type GraphBuilder, int, ints } from '@topiary/onnx';
import { convolutionAttributes } from '@topiary/ops';
import { type AnyLayer, type ConvLayer, geometryOf, type LinearLayer, type NormLayer, sidesOf } from './_layers.js';
import { batchForGradients } from './_memory.js';

/** What went into a layer and the gradient of what came out, of the same examples. */
export interface Passage {
  readonly x: string;
  readonly dY: string;
}

const square = (b: GraphBuilder, x: string): string => b.op('Mul', [x, x]);
const sum = (b: GraphBuilder, x: string, axes: readonly number[]): string =>
  b.op('ReduceSum', [x, b.int64s(axes)], { keepdims: int(0) });
const transpose = (b: GraphBuilder, x: string, perm: readonly number[]): string =>
  b.op('Transpose', [x], { perm: ints(perm) });

const ofConvolution = (b: GraphBuilder, layer: ConvLayer, { x, dY }: Passage): string => {
  const attributes = { ...convolutionAttributes(geometryOf(b, layer)), per_sample: int(1) };
  return sum(b, square(b, b.op('ConvWeightGrad', [x, dY], attributes, { domain: 'topiary' })), [0]);
};

const ofLinear = (b: GraphBuilder, layer: LinearLayer, { x, dY }: Passage): string => {
  const { transposed } = layer;
  const [inputs, outputs] = sidesOf(layer);
  const [left, right] = transposed ? [dY, x] : [x, dY];
  if (b.shape(x).length === 2) return b.op('MatMul', [transpose(b, square(b, left), [1, 0]), square(b, right)]);
  const tokens = (value: string, width: number) => b.op('Reshape', [value, b.int64s([0, -1, width])]);
  const [first, second] = transposed ? [outputs, inputs] : [inputs, outputs];
  const each = b.op('MatMul', [transpose(b, tokens(left, first), [0, 2, 1]), tokens(right, second)]);
  return sum(b, square(b, each), [0]);
};

const ofNorm = (b: GraphBuilder, { node, dims, axis }: NormLayer, { x, dY }: Passage): string => {
  const vector = (value: number) => b.constant(floats(new Float32Array(dims[0]!).fill(value), dims));
  const plain = b.op(node.op, [x, vector(1), vector(0), ...node.inputs.slice(3)], node.attributes);
  const rank = b.shape(x).length;
  const channel = axis === 1 ? 1 : rank - 1;
  const places = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== 0 && i !== channel);
  const product = b.op('Mul', [plain, dY]);
  return sum(b, square(b, places.length > 0 ? sum(b, product, places) : product), [0]);
};

export const exampleSquares = (b: GraphBuilder, layer: AnyLayer, passage: Passage): string => {
  switch (layer.form) {
    case 'convolution':
      return ofConvolution(b, layer, passage);
    case 'linear':
      return ofLinear(b, layer, passage);
    case 'norm':
      return ofNorm(b, layer, passage);
  }
};

/** Numbers that the gradients of single examples may take. */
const MOST = 2 ** 24;

/** Examples at a time so that the largest weight's gradients fit. */
export const fittingBatch = (forward: Graph, layers: readonly AnyLayer[]): number => {
  const largest = Math.max(1, ...layers.map(({ dims }) => dims.reduce((n, dim) => n * dim, 1)));
  return Math.max(1, batchForGradients(forward, Math.floor(MOST / largest)));
};
