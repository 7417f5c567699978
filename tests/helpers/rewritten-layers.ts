/**
 * Layers in other operators: the same function as a convolution or a linear layer, written so that nobody who counts
 * layers sees it. Each is cut into two halves: what lies under the window becomes columns, and columns meet weights.
 */
import { type GraphBuilder, int, int64s, ints, type Node } from '@topiary/onnx';
import { convolutionOf } from '@topiary/ops';

type Dims = readonly number[];
/** Columns [N, groups, 1, D, P] and weights [1, groups, outputs, D, 1] to sums [N, groups, outputs, P]. */
export type Contraction = (b: GraphBuilder, x: string, w: string) => string;
/** The input [N, C, …] to its columns [N, groups, 1, D, P]. */
export type Columns = (b: GraphBuilder, x: string, layer: Layer) => string;

export interface Layer {
  readonly groups: number;
  readonly outputs: number;
  readonly kernel: Dims;
  readonly strides: Dims;
  readonly dilations: Dims;
  readonly pads: Dims;
  /** Channels, height and width of the input. */
  readonly input: Dims;
  /** Height and width of the output. */
  readonly places: Dims;
}

const product = (dims: Dims): number => dims.reduce((n, dim) => n * dim, 1);
const fixed = (b: GraphBuilder, value: string): Dims => b.shape(value).slice(1).map(Number);
const reshape = (b: GraphBuilder, x: string, dims: Dims): string => b.op('Reshape', [x, b.int64s(dims)]);
const sum = (b: GraphBuilder, x: string, op = 'ReduceSum'): string =>
  b.op(op, [x, b.int64s([3])], { keepdims: int(0) });
const multiplied = (b: GraphBuilder, x: string, w: string): string => b.op('Mul', [x, w]);
const sizes = (b: GraphBuilder, x: string, w: string) => {
  const [groups, , depth, places] = fixed(b, x);
  return { groups: groups!, depth: depth!, places: places!, outputs: fixed(b, w)[1]! };
};

export const CONTRACTIONS: Readonly<Record<string, Contraction>> = {
  'products that are summed': (b, x, w) => sum(b, multiplied(b, x, w)),
  'means, times their number': (b, x, w) =>
    b.op('Mul', [sum(b, multiplied(b, x, w), 'ReduceMean'), b.scalar(sizes(b, x, w).depth)]),
  'a chain of additions': (b, x, w) => {
    const { depth } = sizes(b, x, w);
    const parts = b.ops(
      'Split',
      [multiplied(b, x, w), b.int64s(Array(depth).fill(1))],
      { axis: int(3) },
      { outputs: depth },
    );
    return b.op('Squeeze', [parts.reduce((a, part) => b.op('Add', [a, part])), b.int64s([3])]);
  },
  'cumulative sums, of which the last is kept': (b, x, w) => {
    const sums = b.op('CumSum', [multiplied(b, x, w), b.constant(int64s([3], []))]);
    return b.op('Squeeze', [
      b.op('Slice', [sums, ...[[-1], [2 ** 31 - 1], [3]].map((v) => b.int64s(v))]),
      b.int64s([3]),
    ]);
  },
  'squares of sums and differences': (b, x, w) => {
    const square = (op: string) => sum(b, b.op(op, [x, w]), 'ReduceSumSquare');
    return b.op('Mul', [b.op('Sub', [square('Add'), square('Sub')]), b.scalar(0.25)]);
  },
  'norms of sums and differences': (b, x, w) => {
    const square = (op: string) => b.op('Pow', [sum(b, b.op(op, [x, w]), 'ReduceL2'), b.scalar(2)]);
    return b.op('Mul', [b.op('Sub', [square('Add'), square('Sub')]), b.scalar(0.25)]);
  },
  logarithms: (b, x, w) => {
    const log = (v: string) => b.op('Log', [b.op('Add', [b.op('Abs', [v]), b.scalar(1e-30)])]);
    const sign = (v: string) => b.op('Sign', [v]);
    const size = b.op('Exp', [b.op('Add', [log(x), log(w)])]);
    return sum(b, b.op('Mul', [b.op('Mul', [size, sign(x)]), sign(w)]));
  },
  quotients: (b, x, w) => sum(b, b.op('Div', [x, b.op('Reciprocal', [w])])),
  pools: (b, x, w) => {
    const { groups, outputs, depth, places } = sizes(b, x, w);
    const flat = reshape(b, multiplied(b, x, w), [-1, groups * outputs, depth, places]);
    const mean = b.op('AveragePool', [flat], { kernel_shape: ints([depth, 1]) });
    return b.op('Mul', [reshape(b, mean, [-1, groups, outputs, places]), b.scalar(depth)]);
  },
  'normalisation as a factor': (b, x, w) => {
    const { groups, outputs, depth, places } = sizes(b, x, w);
    const wide = b.op('Expand', [x, b.int64s([1, groups, outputs, depth, places])]);
    const n = groups * outputs * depth;
    const vector = (fill: number) => b.constant({ type: 'float32', dims: [n], data: new Float32Array(n).fill(fill) });
    const flat = reshape(b, wide, [-1, n, places]);
    const scaled = b.op('BatchNormalization', [flat, reshape(b, w, [n]), vector(0), vector(0), vector(1)], {
      epsilon: { kind: 'float', value: 1e-12 },
    });
    return sum(b, reshape(b, scaled, [-1, groups, outputs, depth, places]));
  },
  'logarithms of products of exponentials': (b, x, w) =>
    b.op('Log', [sum(b, b.op('Exp', [multiplied(b, x, w)]), 'ReduceProd')]),
  'copies made by a resize': (b, x, w) => {
    const { groups, outputs, depth, places } = sizes(b, x, w);
    const rows = reshape(b, x, [-1, groups, 1, depth * places]);
    const copies = b.op('Resize', [rows, '', '', b.int64s([outputs, depth * places])], {
      mode: { kind: 'string', value: 'nearest' },
      axes: ints([2, 3]),
      coordinate_transformation_mode: { kind: 'string', value: 'asymmetric' },
      nearest_mode: { kind: 'string', value: 'floor' },
    });
    return sum(b, multiplied(b, reshape(b, copies, [-1, groups, outputs, depth, places]), w));
  },
  'matrix products by slices': (b, x, w) => {
    const { groups, outputs, depth, places } = sizes(b, x, w);
    const [left, right] = [reshape(b, w, [1, groups, outputs, depth]), reshape(b, x, [-1, groups, depth, places])];
    if (depth < 2) return b.op('MatMul', [left, right]);
    const split = [Math.ceil(depth / 2), Math.floor(depth / 2)];
    const cut = (v: string, axis: number) => b.ops('Split', [v, b.int64s(split)], { axis: int(axis) }, { outputs: 2 });
    const [a, c] = [cut(left, 3), cut(right, 2)];
    return b.op('Add', a.map((part, i) => b.op('MatMul', [part, c[i]!])) as [string, string]);
  },
};

const padded = (b: GraphBuilder, x: string, { pads }: Layer): string =>
  pads.every((pad) => pad === 0) ? x : b.op('Pad', [x, b.int64s([0, 0, pads[0]!, pads[1]!, 0, 0, pads[2]!, pads[3]!])]);

const arranged = (b: GraphBuilder, taps: string, { groups, kernel, input, places }: Layer): string =>
  reshape(b, taps, [-1, groups, 1, (input[0]! / groups) * product(kernel), product(places)]);

export const COLUMNS: Readonly<Record<string, Columns>> = {
  'shifted slices': (b, x, layer) => {
    const { kernel, strides, dilations, places } = layer;
    const whole = padded(b, x, layer);
    const taps = Array.from({ length: product(kernel) }, (_, i) => {
      const at = [Math.floor(i / kernel[1]!) * dilations[0]!, (i % kernel[1]!) * dilations[1]!];
      const ends = at.map((start, axis) => start + (places[axis]! - 1) * strides[axis]! + 1);
      const slice = b.op('Slice', [whole, b.int64s(at), b.int64s(ends), b.int64s([2, 3]), b.int64s(strides)]);
      return b.op('Unsqueeze', [slice, b.int64s([2])]);
    });
    return arranged(b, taps.length === 1 ? taps[0]! : b.op('Concat', taps, { axis: int(2) }), layer);
  },
  'gathered places': (b, x, layer) => {
    const { kernel, strides, dilations, places, input } = layer;
    const whole = padded(b, x, layer);
    const [, height, width] = fixed(b, whole);
    const at: number[] = [];
    for (let tap = 0; tap < product(kernel); tap += 1) {
      for (let place = 0; place < product(places); place += 1) {
        const row = Math.floor(place / places[1]!) * strides[0]! + Math.floor(tap / kernel[1]!) * dilations[0]!;
        at.push(row * width! + (place % places[1]!) * strides[1]! + (tap % kernel[1]!) * dilations[1]!);
      }
    }
    const flat = reshape(b, whole, [-1, input[0]!, height! * width!]);
    return arranged(b, b.op('Gather', [flat, b.int64s(at)], { axis: int(2) }), layer);
  },
};

export interface Way {
  readonly contraction: Contraction;
  readonly columns: Columns;
}

/** A Conv node, with the value of its weight wherever that now comes from. */
export const rewrittenConv = (
  b: GraphBuilder,
  { node, x, w }: { node: Node; x: string; w: string },
  way: Way,
): string => {
  const { group, kernel, strides, dilations, pads } = convolutionOf(node, b.shape(x), b.shape(w));
  const input = fixed(b, x);
  const outputs = Number(b.shape(w)[0]) / group;
  const places = kernel.map(
    (size, i) =>
      Math.floor((input[i + 1]! + pads[i]! + pads[i + 2]! - dilations[i]! * (size - 1) - 1) / strides[i]!) + 1,
  );
  const layer: Layer = { groups: group, outputs, kernel, strides, dilations, pads, input, places };
  const depth = (input[0]! / group) * product(kernel);
  const weights = reshape(b, w, [1, group, outputs, depth, 1]);
  const sums = way.contraction(b, way.columns(b, x, layer), weights);
  return reshape(b, sums, [-1, group * outputs, ...places]);
};

/** x [N, D] or [N, T, D] times w [D, O]. */
export const rewrittenLinear = (b: GraphBuilder, x: string, w: string, { contraction }: Way): string => {
  const dims = fixed(b, x);
  const [depth, outputs] = b.shape(w).map(Number) as [number, number];
  const rows = product(dims.slice(0, -1));
  const columns = b.op('Transpose', [reshape(b, x, [-1, rows, depth])], { perm: ints([0, 2, 1]) });
  const turned = b.op('Transpose', [w], { perm: ints([1, 0]) });
  const sums = contraction(
    b,
    reshape(b, columns, [-1, 1, 1, depth, rows]),
    reshape(b, turned, [1, 1, outputs, depth, 1]),
  );
  const back = b.op('Transpose', [reshape(b, sums, [-1, outputs, rows])], { perm: ints([0, 2, 1]) });
  return reshape(b, back, [-1, ...dims.slice(0, -1), outputs]);
};
