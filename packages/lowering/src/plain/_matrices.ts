/** Small constant matrices. */
import { floats, type GraphBuilder } from '@topiary/onnx';

/** Ones on the antidiagonal: a product with it reverses the order of columns. */
export const exchange = (b: GraphBuilder, n: number): string => {
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i += 1) data[i * n + (n - 1 - i)] = 1;
  return b.constant(floats(data, [n, n]), 'exchange');
};

/** The identity [1, n, n]: row t is the one-hot kernel of tap t. */
export const oneHot = (b: GraphBuilder, n: number): string => {
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i += 1) data[i * n + i] = 1;
  return b.constant(floats(data, [1, n, n]), 'taps');
};

/** Row i has its one at `positions[i]`: a product with it spreads columns over `size` columns. */
export const oneHotRows = (b: GraphBuilder, positions: readonly number[], size: number): string => {
  const data = new Float32Array(positions.length * size);
  positions.forEach((position, i) => {
    data[i * size + position] = 1;
  });
  return b.constant(floats(data, [positions.length, size]), 'spread');
};
