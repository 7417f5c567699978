/** Answers as they are stored: correctness bits eight examples to a byte, the first in the lowest bit; numbers as they are. */

export const packBits = (correct: ArrayLike<number>): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(correct.length / 8));
  for (let i = 0; i < correct.length; i += 1) if (correct[i]) bytes[i >> 3]! |= 1 << (i & 7);
  return bytes;
};

/** A loop, here and below: `from` with a function takes ten times as long, and a board unpacks thousands of runs. */
export const unpackBits = (bytes: Uint8Array, n: number): Uint8Array => {
  const correct = new Uint8Array(n);
  for (let i = 0; i < n; i += 1) correct[i] = (bytes[i >> 3]! >> (i & 7)) & 1;
  return correct;
};

/** Numbers as they are stored: float32, the lowest byte first. */
export const unpackNumbers = (bytes: Uint8Array): Float32Array => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(bytes.byteLength >> 2);
  for (let i = 0; i < numbers.length; i += 1) numbers[i] = view.getFloat32(4 * i, true);
  return numbers;
};
