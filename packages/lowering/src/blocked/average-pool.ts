/** AveragePool on blocks, by the kernel of the same domain. */
import { NCHWC } from './_nchwc.js';
import { isSimplePool } from './_pool.js';
import type { BlockedRule } from './_rule.js';

export const averagePool: BlockedRule = {
  gives: 'blocked',
  takes: (c) => c.arrives(0) && isSimplePool(c),
  lower: ({ b, node, blocked }) => [b.op('AveragePool', [blocked(0)], node.attributes, { domain: NCHWC })],
};
