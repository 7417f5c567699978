/** Takes channels by a convolution 1×1 with a matrix of 0 and 1: blocks cannot be cut where channels begin. */
import { floats, type GraphBuilder } from '@topiary/onnx';
import { blockedConv, padded } from './_nchwc.js';

/** Channel k of the result is channel `from[k]` of x, or zero where that is outside 0 … C - 1. */
export const selectChannels = (
  b: GraphBuilder,
  x: string,
  C: number,
  from: readonly number[],
  block: number,
): string => {
  const [Kp, Cp] = [padded(from.length, block), padded(C, block)];
  const filter = new Float32Array(Kp * Cp);
  from.forEach((c, k) => {
    if (c < 0 || c >= C) return;
    const [kb, ki, cb, ci] = [Math.floor(k / block), k % block, Math.floor(c / block), c % block];
    filter[((kb * (Cp / block) + cb) * block + ci) * block + ki] = 1;
  });
  return blockedConv(b, x, b.constant(floats(filter, [Kp, Cp, 1, 1]), 'selection'), { kernel: [1, 1] });
};
