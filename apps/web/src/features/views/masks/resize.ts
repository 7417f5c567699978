/** Logits of a decoder in the pixels of a picture, as the server judges them: bilinear, corners not aligned, cut to what the picture fills. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large a picture is within the encoder's square: its longer side fills it. */
export const framed = ({ width, height }: Size, side: number): Size => {
  const ratio = side / Math.max(width, height);
  return { width: Math.floor(width * ratio + 0.5), height: Math.floor(height * ratio + 0.5) };
};

/** Along one axis: the place before, the one behind, and how much of that. */
const between = (i: number, from: number, to: number): readonly [number, number, number] => {
  const at = Math.max(0, ((i + 0.5) * from) / to - 0.5);
  const first = Math.min(from - 1, Math.floor(at));
  return [first, Math.min(from - 1, first + 1), at - first];
};

export const resized = (plane: Float32Array, from: Size, to: Size): Float32Array => {
  if (from.width === to.width && from.height === to.height) return plane;
  const out = new Float32Array(to.width * to.height);
  const columns = Array.from({ length: to.width }, (_, x) => between(x, from.width, to.width));
  for (let y = 0; y < to.height; y += 1) {
    const [above, below, down] = between(y, from.height, to.height);
    columns.forEach(([left, right, along], x) => {
      const row = (v: number): number => {
        const [a, b] = [plane[v * from.width + left]!, plane[v * from.width + right]!];
        return a + (b - a) * along;
      };
      out[y * to.width + x] = row(above) + (row(below) - row(above)) * down;
    });
  }
  return out;
};

/** `low`: along a side of the logits, `side`: of the encoder's square. */
export const maskOf = (logits: Float32Array, low: number, side: number, size: Size): Uint8Array => {
  const square = resized(logits, { width: low, height: low }, { width: side, height: side });
  const filled = framed(size, side);
  const cut = new Float32Array(filled.width * filled.height);
  for (let y = 0; y < filled.height; y += 1)
    cut.set(square.subarray(y * side, y * side + filled.width), y * filled.width);
  return Uint8Array.from(resized(cut, filled, size), (value) => Number(value > 0));
};
