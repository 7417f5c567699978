/** Filters in the order of the blocked convolutions, on the host: where a training's weights come in and go out. */
import { TopiaryError } from '@topiary/errors';

/** Calls `body` with each place of [K, C, T] and its place in [K/B, C/B, T, B of C, B of K]. */
const eachPlace = (dims: readonly number[], block: number, body: (plain: number, blocked: number) => void): void => {
  const [K, C] = dims as [number, number];
  const T = dims.slice(2).reduce((n, dim) => n * dim, 1);
  if (K % block !== 0 || C % block !== 0)
    throw new TopiaryError('TOPIARY_LOWERING_NO_RULE', {
      where: 'a filter in blocks',
      expected: `channels in multiples of ${block}`,
      got: `${K} and ${C}`,
    });
  let plain = 0;
  for (let k = 0; k < K; k += 1) {
    const row = Math.floor(k / block) * C * T * block + (k % block);
    for (let c = 0; c < C; c += 1) {
      const column = row + (Math.floor(c / block) * T * block + (c % block)) * block;
      for (let t = 0; t < T; t += 1, plain += 1) body(plain, column + t * block * block);
    }
  }
};

/** [K, C, …] -> [K/B, C/B, …, B of C, B of K] */
export const toFilterBlocks = (data: Float32Array, dims: readonly number[], block: number): Float32Array => {
  const out = new Float32Array(data.length);
  eachPlace(dims, block, (plain, blocked) => {
    out[blocked] = data[plain]!;
  });
  return out;
};

/** And back. */
export const fromFilterBlocks = (data: Float32Array, dims: readonly number[], block: number): Float32Array => {
  const out = new Float32Array(data.length);
  eachPlace(dims, block, (plain, blocked) => {
    out[plain] = data[blocked]!;
  });
  return out;
};
