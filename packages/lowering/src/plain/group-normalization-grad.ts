/**
 * GroupNormalizationGrad in a view [N, G, c, places] of x. With the centred x, inv, and per channel of each example
 * P = Σ dY and Q = inv · Σ dY (x - mean):
 *   dβ = Σ_n P,  dγ = Σ_n Q,  dX = γ inv · dY - (inv² m₂ · (x - mean) + inv m₁),  m₁ = Σ_c γ P / M, m₂ = Σ_c γ Q / M.
 * So no normalised x is written, and all but five passes are over numbers per channel.
 */
import { floatOf, type GraphBuilder, int, intOf, isFixed } from '@topiary/onnx';
import type { LoweringRule } from '../_rule.js';

const sum = (b: GraphBuilder, value: string, ...axes: number[]): string =>
  b.op('ReduceSum', [value, b.int64s(axes)], { keepdims: int(1) });

export const groupNormalizationGrad: LoweringRule = ({ b, node, x: inputs, type, reads }) => {
  const [x, gamma, dY] = inputs as [string, string, string];
  const { shape } = type(0);
  const [groups, channels] = [intOf(node, 'num_groups', 1), Number(shape[1])];
  const size = channels / groups;
  const inGroups = (value: string) => b.op('Reshape', [value, b.int64s([0, groups, size, -1])]);
  const [X, d] = [inGroups(x), inGroups(dY)];
  const scale = b.op('Reshape', [gamma, b.int64s([groups, size, 1])]);
  const share = b.scalar(1 / (size * shape.slice(2).reduce<number>((n, dim) => n * Number(dim), 1)));
  const mean = (value: string, ...axes: number[]) => b.op('Mul', [sum(b, value, ...axes), share]);

  const centred = b.op('Sub', [X, mean(X, 2, 3)]);
  const variance = mean(b.op('Mul', [centred, centred]), 2, 3);
  const inv = b.op('Reciprocal', [b.op('Sqrt', [b.op('Add', [variance, b.scalar(floatOf(node, 'epsilon', 1e-5))])])]);
  const P = sum(b, d, 3);
  const Q = b.op('Mul', [inv, sum(b, b.op('Mul', [d, centred]), 3)]);
  const vector = (value: string) => b.op('Reshape', [sum(b, value, 0), b.int64s([channels])]);
  const dX = () => {
    const [m1, m2] = [mean(b.op('Mul', [P, scale]), 2), mean(b.op('Mul', [Q, scale]), 2)];
    const along = b.op('Mul', [centred, b.op('Mul', [b.op('Mul', [inv, inv]), m2])]);
    const all = b.op('Sub', [
      b.op('Mul', [d, b.op('Mul', [inv, scale])]),
      b.op('Add', [along, b.op('Mul', [inv, m1])]),
    ]);
    return b.op('Reshape', [all, b.int64s(shape.map((dim) => (isFixed(dim) ? dim : -1)))]);
  };
  return [reads(0) ? dX() : '', reads(1) ? vector(Q) : '', reads(2) ? vector(P) : ''];
};
