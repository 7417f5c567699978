/** ReduceTo: sums a gradient to the shape of a value that was broadcast. */
import type { LoweringRule } from '../_rule.js';
import { sumTo } from './_sum-to.js';

export const reduceTo: LoweringRule = ({ b, x: [dY], out }) => [sumTo(b, dY!, out(0).shape)];
