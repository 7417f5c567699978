/** SGD with momentum, weight decay of every parameter and Nesterov's variant, as in PyTorch (dampening 0). */
import type { Optimizer } from './_optimizer.js';

export interface SgdOptions {
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

export const sgd = ({ momentum = 0.9, nesterov = false }: SgdOptions = {}): Optimizer => ({
  id: 'sgd',
  state: momentum === 0 ? [] : ['momentum'],
  counts: false,
  decays: () => true,
  update: ({ b, parameter: w, gradient, state, lr, weightDecay }) => {
    // g = dL/dw + λ w;  m' = μ m + g;  w' = w - lr m'  (Nesterov: w' = w - lr (g + μ m'))
    const g = weightDecay === null ? gradient : b.op('Add', [gradient, b.op('Mul', [w, weightDecay])]);
    const [m] = state;
    if (m === undefined) return { parameter: b.op('Sub', [w, b.op('Mul', [g, lr])]), state: [] };
    const mu = b.scalar(momentum);
    const next = b.op('Add', [b.op('Mul', [m, mu]), g]);
    const direction = nesterov ? b.op('Add', [g, b.op('Mul', [next, mu])]) : next;
    return { parameter: b.op('Sub', [w, b.op('Mul', [direction, lr])]), state: [next] };
  },
});
