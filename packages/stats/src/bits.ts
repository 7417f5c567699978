/** Correctness bits as they are stored: eight examples to a byte, the first in the lowest bit. */

export const packBits = (correct: ArrayLike<number>): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(correct.length / 8));
  for (let i = 0; i < correct.length; i += 1) if (correct[i]) bytes[i >> 3]! |= 1 << (i & 7);
  return bytes;
};

export const unpackBits = (bytes: Uint8Array, n: number): Uint8Array =>
  Uint8Array.from({ length: n }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1);
