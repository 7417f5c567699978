/**
 * BatchNormalizationTrainGrad, from S1 = Σ dY and S2 = Σ dY·x per channel, M values each:
 *   dβ = S1;  dγ = i (S2 - μ S1);  dX = s dY + q x + c  with  s = γ i,  q = -s i dγ / M,  c = -s S1 / M - q μ:
 * two depthwise convolutions, the second of which adds the first.
 */
import { elementsAt } from '@topiary/onnx';
import { wholeVector } from './_conv.js';
import { padTo } from './_nchwc.js';
import type { BlockedRule } from './_rule.js';
import { affine, dots, sums } from './_sums.js';

export const batchNormalizationTrainGrad: BlockedRule = {
  gives: 'blocked',
  takes: (c) => c.shape(0).length === 4 && c.arrives(0),
  lower: (c) => {
    const { b, block } = c;
    const [x, dY] = [c.blocked(0), c.blocked(4)];
    const C = Number(c.shape(0)[1]);
    const M = elementsAt(c.shape(0)) / C;
    const [gamma, mu, inverse] = c.x.slice(1, 4).map((vector) => wholeVector(b, vector, block)) as [
      string,
      string,
      string,
    ];
    const mul = (p: string, q: string): string => b.op('Mul', [p, q]);
    const s1 = sums(b, dY, block);
    const dGamma = mul(inverse, b.op('Sub', [dots(b, x, dY, block), mul(mu, s1)]));
    const cut = (vector: string): string => padTo(b, vector, [C]);
    if (!c.reads(0)) return ['', cut(dGamma), cut(s1)];
    const s = mul(gamma, inverse);
    const q = mul(mul(s, inverse), mul(dGamma, b.scalar(-1 / M)));
    const shift = b.op('Sub', [mul(mul(s, s1), b.scalar(-1 / M)), mul(q, mu)]);
    const scaled = affine(b, dY, s, { bias: shift });
    return [affine(b, x, q, { sum: scaled }), cut(dGamma), cut(s1)];
  },
};
