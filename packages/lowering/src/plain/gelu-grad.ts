/** GeluGrad, in the forms with the fewest passes over memory. */
import { float, type GraphBuilder, stringOf } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

const affine = (b: GraphBuilder, x: string, times: number, plus: number): string =>
  b.op('Add', [b.op('Mul', [x, b.scalar(times)]), b.scalar(plus)]);

// c = x / √2;  d gelu = ½ (1 + erf c) + c exp(-c²) / √π. HardSigmoid is ½ (1 + erf) in one pass, for -1 ≤ erf ≤ 1.
const exact = (b: GraphBuilder, x: string): string => {
  const c = b.op('Mul', [x, b.scalar(Math.SQRT1_2)]);
  const bell = b.op('Div', [c, b.op('Exp', [b.op('Mul', [c, c])])]);
  const share = b.op('HardSigmoid', [b.op('Erf', [c])], { alpha: float(0.5), beta: float(0.5) });
  return b.op('Add', [share, b.op('Mul', [bell, b.scalar(1 / Math.sqrt(Math.PI))])]);
};

// u = a x (1 + k x²), t = tanh u;  d gelu = ½ (1 + t) + ½ x (1 - t²) a (1 + 3k x²)
const approximate = (b: GraphBuilder, x: string): string => {
  const a = Math.sqrt(2 / Math.PI);
  const k = 0.044715;
  const square = b.op('Mul', [x, x]);
  const t = b.op('Tanh', [b.op('Mul', [x, affine(b, square, a * k, a)])]);
  const slope = b.op('Mul', [x, affine(b, square, 3 * a * k, a)]);
  const rest = b.op('Sub', [b.scalar(1), b.op('Mul', [t, t])]);
  return affine(b, b.op('Add', [t, b.op('Mul', [slope, rest])]), 0.5, 0.5);
};

export const geluGrad: LoweringRule = ({ b, node, x: [x, dY] }) => {
  const slope = stringOf(node, 'approximate', 'none') === 'tanh' ? approximate(b, x!) : exact(b, x!);
  return [b.op('Mul', [dY!, slope])];
};
