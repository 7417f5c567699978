/**
 * BatchNormalizationTrainGrad, from S1 = Σ dY and S2 = Σ dY·x per channel, M values each:
 *   dβ = S1;  dγ = i (S2 - μ S1);  dX = s dY + q x + c  with  s = γ i,  q = -s i dγ / M,  c = -s S1 / M - q μ.
 * x̂ is never made. The inference kernel serves as the affine map of dY: half the time of Mul and Add.
 */
import { elementsAt, float, floats } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';
import { channelSums } from './_channel-sums.js';

export const batchNormalizationTrainGrad: LoweringRule = ({ b, x: inputs, type, reads }) => {
  const [x, gamma, mu, inverse, dY] = inputs as [string, string, string, string, string];
  const shape = type(0).shape;
  const C = Number(shape[1]);
  const M = elementsAt(shape) / C;
  const mul = (p: string, q: string): string => b.op('Mul', [p, q]);
  const s1 = channelSums(b, dY);
  const s2 = channelSums(b, mul(dY, x));
  const dGamma = mul(inverse, b.op('Sub', [s2, mul(mu, s1)]));
  if (!reads(0)) return ['', dGamma, s1];
  const s = mul(gamma, inverse);
  const q = mul(mul(s, inverse), mul(dGamma, b.scalar(-1 / M)));
  const c = b.op('Sub', [mul(mul(s, s1), b.scalar(-1 / M)), mul(q, mu)]);
  const zero = b.constant(floats(new Float32Array(C)), 'zeros');
  const one = b.constant(floats(new Float32Array(C).fill(1)), 'ones');
  const affine = b.op('BatchNormalization', [dY, s, c, zero, one], { epsilon: float(0) });
  const perChannel = b.op('Reshape', [q, b.int64s([C, ...shape.slice(2).map(() => 1)])]);
  return [b.op('Add', [affine, mul(x, perChannel)]), dGamma, s1];
};
