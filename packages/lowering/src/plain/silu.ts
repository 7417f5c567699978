/** Silu: one pass over memory by onnxruntime's QuickGelu (x · σ(αx), here with α = 1); two in standard operators. */
import { float } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

export const silu: LoweringRule = ({ b, x: [x], standardOnly }) => [
  standardOnly
    ? b.op('Mul', [x!, b.op('Sigmoid', [x!])])
    : b.op('QuickGelu', [x!], { alpha: float(1) }, { domain: 'com.microsoft' }),
];
