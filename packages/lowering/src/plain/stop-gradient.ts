/** StopGradient: the value itself; what it stopped has been left out by then. */
import type { LoweringRule } from '../_rule.js';

export const stopGradient: LoweringRule = ({ x }) => [x[0]!];
