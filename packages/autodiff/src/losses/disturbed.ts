/**
 * How far a network is from what it says itself, with noise: (1/n) Σ (y - y - ε)², ε normal and drawn anew, over all elements of
 * an output; of several outputs the sum. Its slope is -(2/n) Jᵀ ε, whose mean is 0 and whose mean square is a multiple of the
 * diagonal of Jᵀ J: what the network says hangs on a weight, without a label.
 */
import { int } from '@topiary/onnx';
import type { Rng } from '../draws.js';
import { stopGradient } from '../stops.js';
import type { Loss } from './_loss.js';

/** Of the noise; slopes are proportional to it, so no order depends on it. */
const DEVIATION = 0.01;

/** Box and Muller; u kept away from 0, where the logarithm has no end. */
const normal = (rng: Rng): number =>
  DEVIATION * Math.sqrt(-2 * Math.log(rng() + 2 ** -40)) * Math.cos(2 * Math.PI * rng());

export const disturbed = (): Loss => ({
  id: 'disturbed',
  build: ({ b, outputs }) => {
    const draws = outputs.map((output, i) => ({
      input: `disturbance:${i}`,
      dims: b.shape(output).map(Number),
      value: normal,
    }));
    const distances = outputs.map((output, i) => {
      const noise = b.input(draws[i]!.input, 'float32', draws[i]!.dims);
      const apart = b.op('Sub', [output, b.op('Add', [stopGradient(b, output), noise])]);
      return b.op('ReduceMean', [b.op('Mul', [apart, apart])], { keepdims: int(0) });
    });
    return { loss: distances.reduce((p, q) => b.op('Add', [p, q])), metrics: {}, draws };
  },
  perExample: disturbed,
  sampled: () => null,
});
