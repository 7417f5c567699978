/** Concat of channels, where every part but the last fills whole blocks: the parts follow each other as in plain layout. */
import { intOf } from '@topiary/onnx';
import type { BlockedRule } from './_rule.js';

export const concat: BlockedRule = {
  gives: 'blocked',
  takes: (c) => {
    const parts = c.node.inputs.map((_, i) => i);
    const whole = parts.slice(0, -1).every((i) => Number(c.shape(i)[1]) % c.block === 0);
    return c.outShape(0).length === 4 && intOf(c.node, 'axis', 0) === 1 && whole && parts.some((i) => c.arrives(i));
  },
  lower: ({ b, node, blocked }) => [
    b.op(
      'Concat',
      node.inputs.map((_, i) => blocked(i)),
      node.attributes,
    ),
  ],
};
