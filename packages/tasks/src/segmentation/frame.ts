/**
 * How a picture comes into the encoder's square and a mask back out: the longer side fills it, zeros lie below and on the right.
 * Pictures are resized as Pillow does (bilinear, with antialias), logits as torch.nn.functional.interpolate (bilinear, corners
 * not aligned).
 */
import type { Corners, Point } from '@topiary/zoo';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large a picture is within the square. */
export const framedSize = ({ width, height }: Size, side: number): Size => {
  const ratio = side / Math.max(width, height);
  return { width: Math.floor(width * ratio + 0.5), height: Math.floor(height * ratio + 0.5) };
};

export const framedPoint = ([x, y]: Point, from: Size, side: number): Point => {
  const to = framedSize(from, side);
  return [(x * to.width) / from.width, (y * to.height) / from.height];
};

export const framedBox = ([left, top, right, bottom]: Corners, from: Size, side: number): Corners => [
  ...framedPoint([left, top], from, side),
  ...framedPoint([right, bottom], from, side),
];

/** For each place along the new axis the first old one and the weights of those that follow. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: readonly Float32Array[];
}

/** Triangles as wide as two old pixels, or two new ones where these are larger. */
const antialiased = (from: number, to: number): Taps => {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const begin = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    first[i] = begin;
    const row = Float32Array.from({ length: end - begin }, (__, k) =>
      Math.max(0, 1 - Math.abs(begin + k + 0.5 - centre) / reach),
    );
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((weight) => weight / sum);
  });
  return { first, weights };
};

/** Two neighbours. */
const interpolated = (from: number, to: number): Taps => {
  const first = new Int32Array(to);
  const weights = Array.from({ length: to }, (_, i) => {
    const at = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    first[i] = Math.min(from - 1, Math.floor(at));
    return first[i] === from - 1 ? Float32Array.of(1) : Float32Array.of(1 - (at - first[i]), at - first[i]);
  });
  return { first, weights };
};

/** A plane [height, width] at another size. */
const resized = (plane: ArrayLike<number>, { width }: Size, columns: Taps, rows: Taps): Float32Array => {
  const [w, h] = [columns.first.length, rows.first.length];
  const out = new Float32Array(w * h);
  const height = plane.length / width;
  const narrow = new Float32Array(w * height);
  for (let x = 0; x < w; x += 1) {
    const [first, weights] = [columns.first[x]!, columns.weights[x]!];
    for (let y = 0; y < height; y += 1) {
      let sum = 0;
      for (let k = 0; k < weights.length; k += 1) sum += weights[k]! * plane[y * width + first + k]!;
      narrow[y * w + x] = sum;
    }
  }
  for (let y = 0; y < h; y += 1) {
    const [first, weights] = [rows.first[y]!, rows.weights[y]!];
    for (let k = 0; k < weights.length; k += 1)
      for (let x = 0; x < w; x += 1) out[y * w + x]! += weights[k]! * narrow[(first + k) * w + x]!;
  }
  return out;
};

const shrunk = (plane: ArrayLike<number>, from: Size, to: Size): ArrayLike<number> =>
  from.width === to.width && from.height === to.height
    ? plane
    : resized(plane, from, antialiased(from.width, to.width), antialiased(from.height, to.height));

export const interpolate = (plane: Float32Array, from: Size, to: Size): Float32Array =>
  from.width === to.width && from.height === to.height
    ? plane
    : resized(plane, from, interpolated(from.width, to.width), interpolated(from.height, to.height));

/** Copies a plane into the corner of a square of zeros. */
const intoSquare = (plane: ArrayLike<number>, { width, height }: Size, side: number, out: Float32Array): void => {
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) out[y * side + x] = plane[y * width + x]!;
};

export interface Normalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Writes a picture [3, height, width] of bytes as the encoder sees it, [3, side, side]. */
export const framedPicture = (
  picture: Size & { readonly data: Uint8Array },
  side: number,
  { mean, std }: Normalisation,
  out: Float32Array,
): void => {
  const [plane, to] = [picture.width * picture.height, framedSize(picture, side)];
  for (let c = 0; c < 3; c += 1) {
    // as Pillow gives bytes
    const bytes = shrunk(picture.data.subarray(c * plane, (c + 1) * plane), picture, to);
    const values = Float32Array.from(bytes, (value) => (Math.round(value) / 255 - mean[c]!) / std[c]!);
    intoSquare(values, to, side, out.subarray(c * side * side, (c + 1) * side * side));
  }
};

/** A mask as the decoder should say it, [low, low]: 1 where at least half of a cell belongs to it. */
export const framedMask = (mask: Uint8Array, from: Size, side: number, low: number): Float32Array => {
  const to = framedSize(from, side);
  const square = new Float32Array(side * side);
  intoSquare(shrunk(mask, from, to), to, side, square);
  const [cell, out] = [side / low, new Float32Array(low * low)];
  for (let at = 0; at < square.length; at += 1)
    out[Math.floor(Math.floor(at / side) / cell) * low + Math.floor((at % side) / cell)]! += square[at]!;
  return out.map((sum) => Number(2 * sum >= cell * cell));
};

/** Logits [low, low] in the pixels of the picture: enlarged to the square, cut to what the picture fills, resized. */
export const enlarged = (logits: Float32Array, low: number, side: number, size: Size): Float32Array => {
  const square = interpolate(logits, { width: low, height: low }, { width: side, height: side });
  const filled = framedSize(size, side);
  const cut = new Float32Array(filled.width * filled.height);
  for (let y = 0; y < filled.height; y += 1)
    cut.set(square.subarray(y * side, y * side + filled.width), y * filled.width);
  return interpolate(cut, filled, size);
};

/** As a mask of the picture: where they are above 0. */
export const maskFrom = (logits: Float32Array, low: number, side: number, size: Size): Uint8Array =>
  Uint8Array.from(enlarged(logits, low, side, size), (value) => Number(value > 0));
