/**
 * BatchNormalizationTrain: with i = 1/√(σ² + ε) and s = γ i, y = s x + (β - μ s) is one depthwise convolution. `fuse`
 * may give it a tensor to add (input 5) and an activation, which cost nothing more.
 */
import { elementsAt, floatOf, floats, type GraphBuilder } from '@topiary/onnx';
import { wholeVector } from './_conv.js';
import { padTo } from './_nchwc.js';
import type { BlockedRule } from './_rule.js';
import { affine, dots, sums } from './_sums.js';
import { activationOf } from './fuse.js';

/** running' = m · running + (1 - m) · batch */
const blend = (b: GraphBuilder, running: string, batch: string, momentum: number, factor: number): string =>
  b.op('Add', [
    b.op('Mul', [running, b.constant(floats([momentum], []))]),
    b.op('Mul', [batch, b.scalar((1 - momentum) * factor)]),
  ]);

export const batchNormalizationTrain: BlockedRule = {
  gives: 'blocked',
  takes: (c) => c.shape(0).length === 4 && c.arrives(0),
  lower: (c) => {
    const { b, node, block } = c;
    const [, scale, shift, mean, variance] = c.x as [string, string, string, string, string];
    const x = c.blocked(0);
    const epsilon = b.scalar(floatOf(node, 'epsilon', 1e-5));
    const momentum = floatOf(node, 'momentum', 0.9);
    const C = Number(c.shape(0)[1]);
    const count = elementsAt(c.shape(0)) / C;
    const average = (sum: string): string => b.op('Mul', [sum, b.scalar(1 / count)]);
    // μ = E[x];  σ² = E[x²] - μ², kept from falling below zero by rounding
    const mu = average(sums(b, x, block));
    const sigma2 = b.op('Relu', [b.op('Sub', [average(dots(b, x, x, block)), b.op('Mul', [mu, mu])])]);
    const inverse = b.op('Reciprocal', [b.op('Sqrt', [b.op('Add', [sigma2, epsilon])])]);
    const s = b.op('Mul', [wholeVector(b, scale, block), inverse]);
    const y = affine(b, x, s, {
      bias: b.op('Sub', [wholeVector(b, shift, block), b.op('Mul', [mu, s])]),
      ...(node.inputs[5] ? { sum: c.blocked(5) } : {}),
      activation: activationOf(node),
    });
    const cut = (vector: string): string => padTo(b, vector, [C]);
    const unbiased = count > 1 ? count / (count - 1) : 1;
    return [
      y,
      blend(b, mean, cut(mu), momentum, 1),
      blend(b, variance, cut(sigma2), momentum, unbiased),
      cut(mu),
      cut(inverse),
    ];
  },
};
