/** ReluGrad: dX = dY where Y > 0. Y serves as well as X, so X need not live. */
import type { LoweringRule } from '../_rule.js';
import { above } from './_step.js';

export const reluGrad: LoweringRule = ({ b, x: [y, dY] }) => [b.op('Mul', [dY!, above(b, y!, 0)])];
