/**
 * Squared gradients of single examples, summed over the batch inside the graph: Σ_n (∂ℓ_n/∂w)² in the weight's layout,
 * from what goes into a layer and the gradient of what comes out.
 *
 *   convolution  g_n = ConvWeightGrad(x_n, dY_n), one per example
 *   linear       g_n = x_nᵀ dY_n; on one row per example, Σ_n g_n² = (x²)ᵀ (dY²)
 *   norm         g_n = Σ over places of x̂ dY,  x̂ = x normalised without scale and shift
 *
 * Of a weight that several layers read, g_n is the sum over them before it is squared.
 */
import { floats, type Graph, type GraphBuilder, int, ints } from '@topiary/onnx';
import { convolutionAttributes } from '@topiary/ops';
import {
  type AnyLayer,
  byWeight,
  type ConvLayer,
  geometryOf,
  type LinearLayer,
  layersOf,
  type NormLayer,
  sidesOf,
} from './_layers.js';
import { batchForGradients } from './_memory.js';
import { outputOf } from './_statistic.js';

/** What went into a layer and the gradient of what came out, of the same examples, which lie along the first axis. */
interface Passage {
  readonly x: string;
  readonly dY: string;
  readonly batch: number;
}

const square = (b: GraphBuilder, x: string): string => b.op('Mul', [x, x]);
const sum = (b: GraphBuilder, x: string, axes: readonly number[]): string =>
  b.op('ReduceSum', [x, b.int64s(axes)], { keepdims: int(0) });
const transpose = (b: GraphBuilder, x: string, perm: readonly number[]): string =>
  b.op('Transpose', [x], { perm: ints(perm) });

/** One gradient per example where several slices of the first axis belong to one: [batch · each, …] to [batch, …]. */
const together = (b: GraphBuilder, each: string, batch: number): string => {
  const [slices, ...dims] = b.shape(each).map(Number);
  return slices === batch ? each : sum(b, b.op('Reshape', [each, b.int64s([batch, -1, ...dims])]), [1]);
};

const ofConvolution = (b: GraphBuilder, layer: ConvLayer, { x, dY, batch }: Passage): string => {
  const attributes = { ...convolutionAttributes(geometryOf(b, layer)), per_sample: int(1) };
  return together(b, b.op('ConvWeightGrad', [x, dY], attributes, { domain: 'topiary' }), batch);
};

/** What stands left and right of the product xᵀ dY in the weight's layout, with their widths. */
const factorsOf = (layer: LinearLayer, { x, dY }: Passage) => {
  const [inputs, outputs] = sidesOf(layer);
  return layer.transposed
    ? ({ left: dY, right: x, widths: [outputs, inputs] } as const)
    : ({ left: x, right: dY, widths: [inputs, outputs] } as const);
};

const ofLinear = (b: GraphBuilder, layer: LinearLayer, passage: Passage): string => {
  const { left, right, widths } = factorsOf(layer, passage);
  const tokens = (value: string, width: number) => b.op('Reshape', [value, b.int64s([passage.batch, -1, width])]);
  return b.op('MatMul', [transpose(b, tokens(left, widths[0]), [0, 2, 1]), tokens(right, widths[1])]);
};

const ofNorm = (b: GraphBuilder, { node, dims, axis }: NormLayer, { x, dY, batch }: Passage): string => {
  const vector = (value: number) => b.constant(floats(new Float32Array(dims[0]!).fill(value), dims));
  const plain = b.op(node.op, [x, vector(1), vector(0), ...node.inputs.slice(3)], node.attributes, {
    domain: node.domain,
  });
  const rank = b.shape(x).length;
  const channel = axis === 1 ? 1 : rank - 1;
  const places = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== 0 && i !== channel);
  const product = b.op('Mul', [plain, dY]);
  return together(b, places.length > 0 ? sum(b, product, places) : product, batch);
};

/** The gradients of single examples, one after another: [batch, …the weight's dimensions]. */
const eachExample = (b: GraphBuilder, layer: AnyLayer, passage: Passage): string => {
  switch (layer.form) {
    case 'convolution':
      return ofConvolution(b, layer, passage);
    case 'linear':
      return ofLinear(b, layer, passage);
    case 'norm':
      return ofNorm(b, layer, passage);
  }
};

type Use = readonly [AnyLayer, Passage];

const squaresOf = (b: GraphBuilder, uses: readonly Use[]): string => {
  const [[layer, passage]] = uses as readonly [Use];
  if (
    uses.length === 1 &&
    layer.form === 'linear' &&
    b.shape(passage.x).join() === `${passage.batch},${sidesOf(layer)[0]}`
  ) {
    const { left, right } = factorsOf(layer, passage);
    return b.op('MatMul', [transpose(b, square(b, left), [1, 0]), square(b, right)]);
  }
  const each = uses.map(([one, through]) => eachExample(b, one, through));
  return sum(
    b,
    square(
      b,
      each.reduce((total, one) => b.op('Add', [total, one])),
    ),
    [0],
  );
};

/** Examples moved to the first axis; of places and channels the order stays. */
const inFront = (b: GraphBuilder, value: string, axis: number): string => {
  if (axis === 0) return value;
  const rest = Array.from({ length: b.shape(value).length }, (_, i) => i).filter((i) => i !== axis);
  return transpose(b, value, [axis, ...rest]);
};

const lastOf = (b: GraphBuilder, value: string, each: number): string => {
  const slices = Number(b.shape(value)[0]);
  return b.op('Slice', [value, b.int64s([slices - each]), b.int64s([slices]), b.int64s([0]), b.int64s([1])]);
};

export interface SquaresContext {
  readonly b: GraphBuilder;
  readonly batch: number;
  readonly gradientOf: (value: string) => string | null;
}

/** Adds an output for each weight that the loss depends on: over all examples of a batch, or of its last one alone. */
export const outputSquares = (
  { b, batch, gradientOf }: SquaresContext,
  layers: readonly AnyLayer[],
  which: 'all' | 'last' = 'all',
): void => {
  const useOf = (layer: AnyLayer): Use[] => {
    const dY = gradientOf(layer.y);
    // in a batch of several, what is the same for all examples has no gradient of a single one
    const examples = layer.examples ?? (batch === 1 ? { axis: 0, each: Number(b.shape(layer.x)[0]) } : null);
    if (dY === null || examples === null) return [];
    const [x, slope] = [layer.x, dY].map((value) => inFront(b, value, examples.axis)) as [string, string];
    if (which === 'all') return [[layer, { x, dY: slope, batch }]];
    return [[layer, { x: lastOf(b, x, examples.each), dY: lastOf(b, slope, examples.each), batch: 1 }]];
  };
  for (const [weight, readers] of byWeight(layers)) {
    const uses = readers.flatMap(useOf);
    if (uses.length > 0) b.output(squaresOf(b, uses), outputOf(weight));
  }
};

/** Numbers that the gradients of single examples may take. */
const MOST = 2 ** 24;

/** One example alone along an axis: examples can be told apart. Rows such as `64*N` may lie in any order. */
const isApart = ({ examples }: AnyLayer): boolean => examples?.each === 1;

/** Examples at a time so that the largest weight's gradients fit; one, where the network mixes them with places. */
export const fittingBatch = (forward: Graph, layers: readonly AnyLayer[]): number => {
  if (!layers.every(isApart)) return 1;
  const largest = Math.max(1, ...layers.map(({ dims }) => dims.reduce((n, dim) => n * dim, 1)));
  return Math.max(1, batchForGradients(forward, Math.floor(MOST / largest)));
};

/** The same where only the last example's gradients are taken. */
export const batchOfLast = (forward: Graph): number =>
  layersOf(forward).every(isApart) ? batchForGradients(forward) : 1;
