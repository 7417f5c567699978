/** Expand of one place per channel over many (the gradient of a mean), where the result is wanted in blocks. */
import { padded, padTo, reshape } from './_nchwc.js';
import type { BlockedRule } from './_rule.js';

export const expand: BlockedRule = {
  gives: 'blocked',
  takes: (c) => {
    const [from, to] = [c.shape(0), c.outShape(0)];
    const single = from.length === 4 && from[0] === to[0] && from[1] === to[1] && from[2] === 1 && from[3] === 1;
    return single && c.wanted();
  },
  lower: (c) => {
    const { b, block } = c;
    const [N, C, H, W] = c.outShape(0).map(Number) as [number, number, number, number];
    const Cp = padded(C, block);
    const view = reshape(b, padTo(b, c.x[0]!, [N, Cp, 1, 1]), [(N * Cp) / block, 1, block]);
    return [reshape(b, b.op('Expand', [view, b.int64s([1, H * W, 1])]), [N, Cp, H, W])];
  },
};
