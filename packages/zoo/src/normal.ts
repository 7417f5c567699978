/** Normal random numbers from uniform ones. */
import type { Random } from './random.js';

/** Two independent standard normal numbers per call (Marsaglia's polar method). */
const gaussians = (random: Random): [number, number] => {
  const { x, y, norm } = random.disc();
  const squared = norm * norm;
  const scale = Math.sqrt((-2 * Math.log(squared)) / squared);
  return [x * scale, y * scale];
};

/** Fills an array with numbers of mean 0 and the given deviation, and returns it. */
export const fillNormal = (out: Float32Array, std: number, random: Random): Float32Array => {
  for (let i = 0; i < out.length; i += 2) {
    const [first, second] = gaussians(random);
    out[i] = std * first;
    if (i + 1 < out.length) out[i + 1] = std * second;
  }
  return out;
};
