/** AveragePoolGrad: dY over the number of elements in its window, spread by a ConvTranspose with ones on one channel. */
import { floats, type GraphBuilder, intOf, ints, intsOf, type Node } from '@topiary/onnx';
import type { LoweringContext, LoweringRule } from '../_rule.js';
import { product } from './_conv.js';

interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly from: number;
  readonly to: number;
}

const axesOf = (node: Node, to: readonly number[]): readonly Axis[] => {
  const of = (name: string): readonly number[] => intsOf(node, name) ?? [];
  return of('kernel_shape').map((kernel, i) => ({
    kernel,
    stride: of('strides')[i]!,
    dilation: of('dilations')[i]!,
    before: of('pads')[i]!,
    after: of('pads')[i + to.length]!,
    from: of('input_shape')[i]!,
    to: to[i]!,
  }));
};

/** Elements in each window along one axis. Padding counts where asked for; what a ceiling hangs over it never does. */
const countsOf = ({ kernel, stride, dilation, before, after, from, to }: Axis, withPads: boolean): number[] =>
  Array.from({ length: to }, (_, i) => {
    const positions = Array.from({ length: kernel }, (_, t) => i * stride + t * dilation - before);
    const [low, high] = withPads ? [-before, from + after] : [0, from];
    return positions.filter((p) => p >= low && p < high).length;
  });

/** 1 / count for each window: [1, 1, …to]. */
const shares = (b: GraphBuilder, axes: readonly Axis[], withPads: boolean): string => {
  const table = axes
    .map((axis) => countsOf(axis, withPads))
    .reduce((all, counts) => all.flatMap((n) => counts.map((count) => n * count)), [1]);
  return b.constant(
    floats(
      table.map((count) => 1 / count),
      [1, 1, ...axes.map(({ to }) => to)],
    ),
    'shares',
  );
};

const spread = ({ b }: LoweringContext, dY: string, axes: readonly Axis[]): string => {
  const kernel = axes.map((axis) => axis.kernel);
  const ones = b.constant(floats(new Float32Array(product(kernel)).fill(1), [1, 1, ...kernel]), 'ones');
  // What the windows reach beyond x is cut off; what they do not reach is added.
  const excess = axes.map(
    ({ to, stride, dilation, kernel: k, before, from }) => (to - 1) * stride + dilation * (k - 1) + 1 - before - from,
  );
  return b.op('ConvTranspose', [dY, ones], {
    kernel_shape: ints(kernel),
    strides: ints(axes.map(({ stride }) => stride)),
    dilations: ints(axes.map(({ dilation }) => dilation)),
    pads: ints([...axes.map(({ before }) => before), ...excess.map((n) => Math.max(0, n))]),
    output_padding: ints(excess.map((n) => Math.max(0, -n))),
  });
};

export const averagePoolGrad: LoweringRule = (c) => {
  const { b, node, x, type, out } = c;
  const [, channels, ...to] = type(0).shape;
  const axes = axesOf(node, to.map(Number));
  const single = b.op('Reshape', [x[0]!, b.int64s([-1, 1, ...to.map(Number)])]); // [N·C, 1, …]
  const scaled = b.op('Mul', [single, shares(b, axes, intOf(node, 'count_include_pad', 0) === 1)]);
  const dX = spread(c, scaled, axes);
  return [b.op('Reshape', [dX, b.int64s([-1, Number(channels), ...out(0).shape.slice(2).map(Number)])])];
};
