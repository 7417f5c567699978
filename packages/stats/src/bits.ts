/** Answers as they are stored: correctness bits eight examples to a byte, the first in the lowest bit; numbers as they are. */

export const packBits = (correct: ArrayLike<number>): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(correct.length / 8));
  for (let i = 0; i < correct.length; i += 1) if (correct[i]) bytes[i >> 3]! |= 1 << (i & 7);
  return bytes;
};

export const unpackBits = (bytes: Uint8Array, n: number): Uint8Array =>
  Uint8Array.from({ length: n }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1);

/** Numbers as they are stored: float32, the lowest byte first. */
export const unpackNumbers = (bytes: Uint8Array): Float32Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength >> 2 }, (_, i) => view.getFloat32(4 * i, true));
};
