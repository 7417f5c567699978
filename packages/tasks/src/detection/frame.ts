/**
 * How pictures come into the square that a network sees, with their boxes: letterbox for evaluation, and for training
 * what is drawn: mosaic, scale, shift, mirrors, colours. Bilinear without antialias, as the usual trainers resize.
 */
import type { Random } from '@topiary/zoo';
import { z } from 'zod';
import type { Corners, GroundTruth, Letterbox, Pixels } from './types.js';

/** Grey of what no picture covers. */
const BORDER = 114;

/** What may be drawn of a training picture; everything is off by default. */
export const Augmentation = z.object({
  /** Probabilities of mirrors, left and right, top and bottom. */
  flip: z.number().min(0).max(1).default(0),
  flipVertical: z.number().min(0).max(1).default(0),
  /** Factors of the size, drawn between. */
  scale: z.tuple([z.number().positive(), z.number().positive()]).default([1, 1]),
  /** Share of the square by which it is moved at most. */
  shift: z.number().min(0).max(1).default(0),
  /** Gains of hue (of 180 degrees), saturation and value: 1 ± at most. */
  hsv: z.tuple([z.number(), z.number(), z.number()]).default([0, 0, 0]),
  /** Probability that four pictures share the square. */
  mosaic: z.number().min(0).max(1).default(0),
});
export type Augmentation = z.output<typeof Augmentation>;

/** x' = a x + b along each axis, in pixels, painted within a rectangle of the square. */
export interface Placement {
  readonly x: readonly [a: number, b: number];
  readonly y: readonly [a: number, b: number];
  readonly within: Corners;
}

const whole = (size: number): Corners => [0, 0, size, size];

/** Where a picture of this size stands in the square. */
export const letterboxOf = (size: number, width: number, height: number): Letterbox => {
  const scale = Math.min(size / width, size / height);
  const pad = (length: number) => Math.round((size - Math.round(length * scale)) / 2 - 0.1);
  return { scale, left: pad(width), top: pad(height), width, height };
};

const placed = ({ scale, left, top }: Letterbox, size: number): Placement => ({
  x: [scale, left],
  y: [scale, top],
  within: whole(size),
});

/** The source of each target pixel along an axis: two neighbours and the share of the second; null: nothing is there. */
const tapsOf = ([a, b]: readonly [number, number], length: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const at = (from + i + 0.5 - b) / a;
    if (at < 0 || at >= length) return null;
    const centre = Math.min(Math.max(at - 0.5, 0), length - 1);
    const first = Math.min(Math.floor(centre), length - 1);
    return { first, second: Math.min(first + 1, length - 1), share: centre - first };
  });

/** Paints a picture into bytes [3, size, size]; what it does not cover stays. */
const paint = (picture: Pixels, placement: Placement, size: number, out: Uint8Array): void => {
  const { width, height, data } = picture;
  const [x0, y0, x1, y1] = placement.within.map((v) =>
    Math.round(Math.min(Math.max(v, 0), size)),
  ) as unknown as Corners;
  const columns = tapsOf(placement.x, width, x0, x1);
  const rows = tapsOf(placement.y, height, y0, y1);
  for (let c = 0; c < 3; c += 1) {
    const plane = c * width * height;
    for (const [j, row] of rows.entries()) {
      if (row === null) continue;
      const [above, below] = [plane + row.first * width, plane + row.second * width];
      const to = (c * size + y0 + j) * size + x0;
      for (let i = 0; i < columns.length; i += 1) {
        const column = columns[i];
        if (!column) continue;
        const { first, second, share } = column;
        const upper = data[above + first]! + share * (data[above + second]! - data[above + first]!);
        const lower = data[below + first]! + share * (data[below + second]! - data[below + first]!);
        out[to + i] = Math.round(upper + row.share * (lower - upper));
      }
    }
  }
};

const isCopy = ({ width, height }: Pixels, { x, y }: Placement, size: number): boolean =>
  width === size && height === size && x[0] === 1 && y[0] === 1 && x[1] === 0 && y[1] === 0;

/** Bytes [3, size, size] of pictures where they stand; the first lie lowest. */
export const framed = (pictures: readonly { readonly picture: Pixels; readonly at: Placement }[], size: number) => {
  const [only, second] = pictures;
  if (only && !second && isCopy(only.picture, only.at, size)) return Uint8Array.from(only.picture.data);
  const out = new Uint8Array(3 * size * size).fill(BORDER);
  for (const { picture, at } of pictures) paint(picture, at, size, out);
  return out;
};

/** As evaluation sees a picture. */
export const letterboxed = (picture: Pixels, size: number): Uint8Array =>
  framed([{ picture, at: placed(letterboxOf(size, picture.width, picture.height), size) }], size);

/** Sides of less than so many pixels are no object any more, nor is less than a tenth of one, nor a sliver. */
const [LEAST_SIDE, LEAST_SHARE, MOST_ASPECT] = [2, 0.1, 100];

/** Where a box went; null: too little of it is left. */
const movedBox = (box: Corners, { x, y, within }: Placement): Corners | null => {
  const ends = (axis: readonly [number, number], low: number, high: number) =>
    [axis[0] * low + axis[1], axis[0] * high + axis[1]].sort((a, b) => a - b) as [number, number];
  const clip = (v: number, from: number, to: number) => Math.min(Math.max(v, from), to);
  const [[left, right], [top, bottom]] = [ends(x, box[0], box[2]), ends(y, box[1], box[3])];
  const [l, r] = [clip(left, within[0], within[2]), clip(right, within[0], within[2])];
  const [t, b] = [clip(top, within[1], within[3]), clip(bottom, within[1], within[3])];
  const [w, h] = [r - l, b - t];
  if (w <= LEAST_SIDE || h <= LEAST_SIDE || Math.max(w / h, h / w) >= MOST_ASPECT) return null;
  if (w * h <= LEAST_SHARE * (right - left) * (bottom - top)) return null;
  return [l, t, r, b];
};

/** Objects in the pixels of the square; crowds are not trained on. */
export const movedTruths = (truths: readonly GroundTruth[], at: Placement): { box: Corners; class: number }[] =>
  truths.flatMap(({ box, crowd, class: label }) => {
    const moved = crowd ? null : movedBox(box, at);
    return moved === null ? [] : [{ box: moved, class: label }];
  });

/** What was drawn for one picture of a batch; pictures are told only once they are read. */
export interface Drawn {
  /** Other pictures of a mosaic by their place in the split (none). */
  readonly partners: readonly number[];
  /** Where the pictures stand, by their sizes: first the picture itself. */
  place(sizes: readonly { readonly width: number; readonly height: number }[]): readonly Placement[];
  /** Hue in degrees of 180, and factors of saturation and value; null: colours stay. */
  readonly colours: readonly [number, number, number] | null;
}

/** a x + b after another map. */
const after = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]): readonly [number, number] => [
  c * a,
  c * b + d,
];

/** Four pictures on a canvas twice as large, each with its inner corner at the same point. */
const mosaicPlaces = (
  size: number,
  [cx, cy]: readonly [number, number],
  sizes: readonly { readonly width: number; readonly height: number }[],
): Placement[] =>
  sizes.map(({ width, height }, i) => {
    const scale = Math.min(size / width, size / height);
    const [isRight, isLow] = [i % 2 === 1, i > 1];
    return {
      x: [scale, isRight ? cx : cx - scale * width],
      y: [scale, isLow ? cy : cy - scale * height],
      within: [isRight ? cx : 0, isLow ? cy : 0, isRight ? 2 * size : cx, isLow ? 2 * size : cy],
    };
  });

/** A placement moved once more, and cut at the square. */
const moved = (at: Placement, x: readonly [number, number], y: readonly [number, number], size: number): Placement => {
  const through = (axis: readonly [number, number], low: number, high: number) =>
    [axis[0] * low + axis[1], axis[0] * high + axis[1]]
      .map((v) => Math.min(Math.max(v, 0), size))
      .sort((p, q) => p - q) as [number, number];
  const [[left, right], [top, bottom]] = [
    through(x, at.within[0], at.within[2]),
    through(y, at.within[1], at.within[3]),
  ];
  return { x: after(at.x, x), y: after(at.y, y), within: [left, top, right, bottom] };
};

/** Draws what happens to a training picture; everything random is drawn here, before anything is read. */
export const draw = (random: Random, augmentation: Augmentation, size: number, pictures: number): Drawn => {
  const { flip, flipVertical, scale, shift, hsv, mosaic } = augmentation;
  const isMosaic = mosaic > 0 && random.chance(mosaic);
  const partners = isMosaic ? [0, 1, 2].map(() => random.below(pictures)) : [];
  const corner = [random.between(0.5, 1.5) * size, random.between(0.5, 1.5) * size] as const;
  const factor = random.between(...scale);
  const moves = [random.between(-shift, shift), random.between(-shift, shift)] as const;
  const mirrors = [random.chance(flip), random.chance(flipVertical)] as const;
  const gains = hsv.map((most) => random.between(-most, most));
  // about the middle of the canvas, to the middle of the square and a little beside it; then mirrored
  const middle = isMosaic ? size : size / 2;
  const axis = (i: 0 | 1): readonly [number, number] => {
    const straight = [factor, size / 2 + moves[i] * size - factor * middle] as const;
    return mirrors[i] ? after(straight, [-1, size]) : straight;
  };
  return {
    partners,
    colours: hsv.every((most) => most === 0) ? null : [180 * gains[0]!, 1 + gains[1]!, 1 + gains[2]!],
    place: (sizes) => {
      const places = isMosaic
        ? mosaicPlaces(size, corner, sizes)
        : sizes.map(({ width, height }) => ({ ...placed(letterboxOf(size, width, height), size) }));
      return places.map((at) => moved(at, axis(0), axis(1), size));
    },
  };
};

/** As evaluation sees it. */
export const PLAIN = (size: number): Drawn => ({
  partners: [],
  colours: null,
  place: (sizes) => sizes.map(({ width, height }) => placed(letterboxOf(size, width, height), size)),
});
