/** AveragePoolGrad of windows side by side: each place takes its window's dY over the window's size: one move of rows. */
import { intOf, intsOf } from '@topiary/onnx';
import { product } from '../plain/_conv.js';
import { movePlaces } from './_move.js';
import type { BlockedRule } from './_rule.js';
import { areApart, windowOf } from './_windows.js';

export const averagePoolGrad: BlockedRule = {
  gives: 'blocked',
  takes: (c) => c.arrives(0) && c.shape(0).length === 4 && areApart(c.node) && intOf(c.node, 'ceil_mode', 0) === 0,
  lower: (c) => {
    const { b, block, node } = c;
    const share = b.op('Mul', [c.blocked(0), b.scalar(1 / product(intsOf(node, 'kernel_shape')!))]);
    const size = c.outShape(0).slice(2).map(Number) as [number, number];
    return [movePlaces(b, share, block, size, windowOf(node, c.shape(0).slice(2).map(Number) as [number, number]))];
  },
};
