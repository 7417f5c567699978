/** What a data set of masks is: pictures of any size, and the pixels of each object that stands in them. */
import type { Corners, Pixels } from './boxes.js';

/** x and y, in whole pixels from the left and from above. */
export type Point = readonly [x: number, y: number];

/** An object by its pixels, with a prompt of each kind. */
export interface MaskedObject {
  /** [height, width] of its picture: 1 where it is seen, else 0. */
  readonly mask: Uint8Array;
  readonly point: Point;
  readonly box: Corners;
}

export interface Scene {
  readonly pixels: Pixels;
  readonly objects: readonly MaskedObject[];
}

export interface MaskSplit {
  readonly length: number;
  /** Names the picture within the data set. */
  idOf(index: number): string;
  /** Null: its file cannot be decoded. */
  scene(index: number): Promise<Scene | null>;
  /** SHA-256 of what identifies the pictures in their order, with their objects. */
  hash(): string;
}

export interface MaskSplits {
  readonly train: MaskSplit;
  readonly test: MaskSplit;
  /** Pictures that everybody may see with the masks of networks; never part of the test split. */
  readonly showcase: MaskSplit;
}

/** The smallest box around the pixels of a mask; null: there are none. */
export const tightBox = (mask: Uint8Array, width: number): Corners | null => {
  let [left, top, right, bottom] = [width, Number.POSITIVE_INFINITY, 0, 0];
  for (let at = mask.indexOf(1); at >= 0; at = mask.indexOf(1, at + 1)) {
    const [x, y] = [at % width, Math.floor(at / width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return right === 0 ? null : [left, top, right, bottom];
};

/** Squared distances of the pixels within a box to the nearest pixel outside of the mask, row by row. */
const squaredDistances = (mask: Uint8Array, width: number, [left, top, right, bottom]: Corners): Int32Array => {
  const [w, h] = [right - left, bottom - top];
  // along each column first, then over each row the nearest of all columns; nothing outside the box belongs to the mask
  const along = new Int32Array(w * h);
  for (let x = 0; x < w; x += 1) {
    let run = 0;
    for (let y = 0; y < h; y += 1) {
      run = mask[(top + y) * width + left + x] ? run + 1 : 0;
      along[y * w + x] = run;
    }
    run = 0;
    for (let y = h - 1; y >= 0; y -= 1) {
      run = mask[(top + y) * width + left + x] ? run + 1 : 0;
      along[y * w + x] = Math.min(along[y * w + x]!, run);
    }
  }
  const squared = new Int32Array(w * h);
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      const edge = Math.min(x + 1, w - x);
      let least = edge * edge;
      for (let other = Math.max(0, x - edge); other < Math.min(w, x + edge); other += 1)
        least = Math.min(least, (other - x) ** 2 + along[y * w + other]! ** 2);
      squared[y * w + x] = least;
    }
  }
  return squared;
};

/** A pixel of a mask at least half as far from its edge as the innermost one; `draw` gives a whole number below n. */
export const innerPoint = (mask: Uint8Array, width: number, box: Corners, draw: (n: number) => number): Point => {
  const squared = squaredDistances(mask, width, box);
  const most = squared.reduce((a, b) => Math.max(a, b), 0);
  const inner = [...squared.keys()].filter((i) => 4 * squared[i]! >= most);
  const [i, w] = [inner[draw(inner.length)]!, box[2] - box[0]];
  return [box[0] + (i % w), box[1] + Math.floor(i / w)];
};

/** Each side moved by at most so great a share of the box, within the picture; `between` is uniform in [-1, 1). */
export const jitteredBox = (
  [left, top, right, bottom]: Corners,
  [width, height]: readonly [number, number],
  share: number,
  between: () => number,
): Corners => {
  const [x, y] = [share * (right - left), share * (bottom - top)];
  const clip = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  return [
    clip(left + x * between(), width),
    clip(top + y * between(), height),
    clip(right + x * between(), width),
    clip(bottom + y * between(), height),
  ];
};
