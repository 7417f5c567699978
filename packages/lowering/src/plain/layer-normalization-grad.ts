/**
 * LayerNormalizationGrad: x̂ = (x - μ) i, d = dY γ;  dX = i (d - mean d - x̂ mean(d x̂)),  dγ = Σ dY x̂,  dβ = Σ dY.
 * Two forms with fewer passes (both means as products with γ / D; no x̂ at all, from Σ dY x and Σ dY) take as long: the
 * norms' backward of ConvNeXt blocks 4.3 and 5.6 ms where this takes 4.6 to 4.8, of a step of 125 to 136 ms.
 */
import { int, intOf } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';
import { sumTo } from './_sum-to.js';

export const layerNormalizationGrad: LoweringRule = ({ b, node, x: inputs, type, reads }) => {
  const [x, gamma, mean, inverse, dY] = inputs as [string, string, string, string, string];
  const { shape } = type(0);
  const first = (intOf(node, 'axis', -1) + shape.length) % shape.length;
  const axes = b.int64s(shape.map((_, i) => i).slice(first));
  const average = (value: string): string => b.op('ReduceMean', [value, axes], { keepdims: int(1) });
  const xHat = b.op('Mul', [b.op('Sub', [x, mean]), inverse]);
  const d = b.op('Mul', [dY, gamma]);
  const centred = b.op('Sub', [d, average(d)]);
  const dX = () => b.op('Mul', [inverse, b.op('Sub', [centred, b.op('Mul', [xHat, average(b.op('Mul', [d, xHat]))])])]);
  const scaleShape = type(1).shape;
  return [
    reads(0) ? dX() : '',
    reads(1) ? sumTo(b, b.op('Mul', [dY, xHat]), scaleShape) : '',
    reads(2) ? sumTo(b, dY, scaleShape) : '',
  ];
};
