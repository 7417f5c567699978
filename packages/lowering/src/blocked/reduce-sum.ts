/** ReduceSum over batch and places (the gradient of a bias): sums per channel. */
import { intOf, toNumbers } from '@topiary/onnx';
import { padTo } from './_nchwc.js';
import type { BlockedRule } from './_rule.js';
import { sums } from './_sums.js';

export const reduceSum: BlockedRule = {
  gives: 'plain',
  takes: (c) => {
    const axes = c.constant(1);
    const all = axes && toNumbers(axes).sort().join() === '0,2,3';
    return c.arrives(0) && c.shape(0).length === 4 && all === true && intOf(c.node, 'keepdims', 1) === 0;
  },
  lower: (c) => [padTo(c.b, sums(c.b, c.blocked(0), c.block), [Number(c.shape(0)[1])])],
};
