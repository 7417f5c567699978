/** StraightThrough: the hard value itself; the soft one has had its gradient by then. */
import type { LoweringRule } from '../_rule.js';

export const straightThrough: LoweringRule = ({ x }) => [x[0]!];
