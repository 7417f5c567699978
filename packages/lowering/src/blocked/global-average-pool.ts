/** GlobalAveragePool: the mean over places in blocks; one place has the same order in both layouts. */
import { int } from '@topiary/onnx';
import { padTo, reshape } from './_nchwc.js';
import type { BlockedRule } from './_rule.js';

export const globalAveragePool: BlockedRule = {
  gives: 'plain',
  takes: (c) => c.shape(0).length === 4 && c.arrives(0),
  lower: ({ b, block, blocked, shape }) => {
    const x = blocked(0);
    const [N, C, H, W] = b.shape(x).map(Number) as [number, number, number, number];
    const view = reshape(b, x, [(N * C) / block, H * W, block]);
    const means = b.op('ReduceMean', [view, b.int64s([1])], { keepdims: int(0) });
    return [padTo(b, reshape(b, means, [N, C, 1, 1]), [N, Number(shape(0)[1]), 1, 1])];
  },
};
