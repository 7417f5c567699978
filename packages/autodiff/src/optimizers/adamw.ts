/**
 * AdamW: Adam with decoupled weight decay, as in PyTorch. https://arxiv.org/abs/1711.05101
 * Kernels and matrices decay; biases, scales of norms, position embeddings and class tokens do not, as in timm.
 */
import { type GraphBuilder, int, tensor } from '@topiary/onnx';
import type { Optimizer } from './_optimizer.js';

export interface AdamwOptions {
  readonly betas?: readonly [number, number];
  readonly epsilon?: number;
}

const FLOAT = 1;
const DOUBLE = 11;

/** A scalar computed from the step in double precision: 1 - 0.999 has lost five of the digits that a float has. */
const ofStep = (b: GraphBuilder, step: string, rule: (t: string, number: (value: number) => string) => string) => {
  const number = (value: number): string => b.constant(tensor('float64', [], Float64Array.of(value)), 'double');
  return b.op('Cast', [rule(b.op('Cast', [step], { to: int(DOUBLE) }), number)], { to: int(FLOAT) });
};

export const adamw = ({ betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8 }: AdamwOptions = {}): Optimizer => ({
  id: 'adamw',
  state: ['moment1', 'moment2'],
  counts: true,
  decays: ({ role }) => role.role === 'weight',
  update: ({ b, parameter: w, gradient: g, state: [m, v], lr, weightDecay, step }) => {
    // The moments are kept without their factors 1 - β, which saves a pass over memory each:
    // m' = β₁ m + g;  v' = β₂ v + g²;  m̂ = (1 - β₁) m' / (1 - β₁ᵗ);  v̂ = (1 - β₂) v' / (1 - β₂ᵗ)
    const first = b.op('Add', [b.op('Mul', [m!, b.scalar(beta1)]), g]);
    const second = b.op('Add', [b.op('Mul', [v!, b.scalar(beta2)]), b.op('Mul', [g, g])]);
    // w' = (1 - lr λ) w - lr m̂ / (√v̂ + ε) = (1 - lr λ) w - lr s m' / (√v' + ε c)
    // with c = √((1 - β₂ᵗ) / (1 - β₂)) and s = c (1 - β₁) / (1 - β₁ᵗ)
    const c = ofStep(b, step!, (t, number) => {
      const left = b.op('Sub', [number(1), b.op('Pow', [number(beta2), t])]);
      return b.op('Sqrt', [b.op('Div', [left, number(1 - beta2)])]);
    });
    const share = ofStep(b, step!, (t, number) =>
      b.op('Div', [number(1 - beta1), b.op('Sub', [number(1), b.op('Pow', [number(beta1), t])])]),
    );
    const rate = b.op('Mul', [lr, b.op('Mul', [c, share])]);
    const root = b.op('Add', [b.op('Sqrt', [second]), b.op('Mul', [c, b.scalar(epsilon)])]);
    const move = b.op('Mul', [b.op('Div', [first, root]), rate]);
    const kept = weightDecay === null ? null : b.op('Sub', [b.scalar(1), b.op('Mul', [lr, weightDecay])]);
    return {
      parameter: b.op('Sub', [kept === null ? w : b.op('Mul', [w, kept]), move]),
      state: [first, second],
    };
  },
});
