/** BatchNormalization by statistics that are given: y = s x + (β - μ s) with s = γ / √(σ² + ε), one depthwise convolution. */
import { floatOf } from '@topiary/onnx';
import { padded, padTo } from './_nchwc.js';
import type { BlockedRule } from './_rule.js';
import { affine } from './_sums.js';
import { activationOf } from './fuse.js';

export const batchNormalization: BlockedRule = {
  gives: 'blocked',
  takes: (c) => c.shape(0).length === 4 && c.arrives(0),
  lower: (c) => {
    const { b, block, node } = c;
    const [, scale, shift, mean, variance] = c.x as [string, string, string, string, string];
    const C = Number(c.shape(0)[1]);
    const epsilon = b.scalar(floatOf(node, 'epsilon', 1e-5));
    const s = b.op('Div', [scale, b.op('Sqrt', [b.op('Add', [variance, epsilon])])]);
    const bias = b.op('Sub', [shift, b.op('Mul', [mean, s])]);
    const whole = (vector: string): string => padTo(b, vector, [padded(C, block)]);
    return [
      affine(b, c.blocked(0), whole(s), {
        bias: whole(bias),
        ...(node.inputs[5] ? { sum: c.blocked(5) } : {}),
        activation: activationOf(node),
      }),
    ];
  },
};
