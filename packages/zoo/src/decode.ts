/**
 * Pictures from files, as torchvision's standard transforms give them: for evaluation the shorter side is resized and
 * the middle cut out (Resize, CenterCrop), for training a random part is resized (RandomResizedCrop). Decoded and
 * resized by libvips in threads of its own; bilinear with antialias, as Pillow does.
 */
import type sharp from 'sharp';
import type { Pixels } from './boxes.js';
import type { Random } from './random.js';

type Sharp = typeof sharp;

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Python's round: halves go to the even neighbour. */
const roundEven = (x: number): number => {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
};

/** ImageNet's 256 for a crop of 224. */
const SHORTER = 256 / 224;

/** The size to resize to, and the middle of it. */
export const evaluationBox = (
  width: number,
  height: number,
  side: number,
): { readonly size: Box; readonly cut: Box } => {
  const shorter = Math.round(side * SHORTER);
  const scaled = (length: number) => Math.trunc((shorter * length) / Math.min(width, height));
  const size = { left: 0, top: 0, width: scaled(width), height: scaled(height) };
  const [left, top] = [roundEven((size.width - side) / 2), roundEven((size.height - side) / 2)];
  return { size, cut: { left, top, width: side, height: side } };
};

const ATTEMPTS = 10;
const [LEAST_AREA, LEAST_ASPECT, MOST_ASPECT] = [0.08, 3 / 4, 4 / 3];

/** RandomResizedCrop's part of a picture: 8 to 100 % of the area, between 3:4 and 4:3; where ten draws fail, the middle. */
export const drawBox = (random: Random, width: number, height: number): Box => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const area = width * height * random.between(LEAST_AREA, 1);
    const aspect = Math.exp(random.between(Math.log(LEAST_ASPECT), Math.log(MOST_ASPECT)));
    const [w, h] = [roundEven(Math.sqrt(area * aspect)), roundEven(Math.sqrt(area / aspect))];
    if (w < 1 || w > width || h < 1 || h > height) continue;
    return { left: random.below(width - w + 1), top: random.below(height - h + 1), width: w, height: h };
  }
  const ratio = Math.min(MOST_ASPECT, Math.max(LEAST_ASPECT, width / height));
  const w = Math.min(width, roundEven(height * ratio));
  const h = Math.min(height, roundEven(width / ratio));
  return { left: (width - w) >> 1, top: (height - h) >> 1, width: w, height: h };
};

/** Loaded when the first picture is asked for: most processes never do. */
let loading: Promise<Sharp> | null = null;
const load = (): Promise<Sharp> => {
  loading ??= import('sharp').then(({ default: library }) => {
    // Many pictures at once, each in one thread, every one seen once: nothing is gained by splitting or keeping them.
    library.concurrency(1);
    library.cache(false);
    return library;
  });
  return loading;
};

/** [height, width, RGB] to [RGB, height, width]. */
const toPlanes = (pixels: Uint8Array, out: Uint8Array): void => {
  const plane = pixels.length / 3;
  for (let p = 0, at = 0; p < plane; p += 1, at += 3) {
    out[p] = pixels[at]!;
    out[plane + p] = pixels[at + 1]!;
    out[2 * plane + p] = pixels[at + 2]!;
  }
};

/** How a picture becomes a square of `side`: a part of it, resized, and perhaps a part of that; perhaps mirrored. */
export interface Framing {
  readonly from: Box;
  readonly size: Pick<Box, 'width' | 'height'>;
  readonly cut: Box;
  readonly mirrored: boolean;
}

const wholeOf = (width: number, height: number): Box => ({ left: 0, top: 0, width, height });

export const evaluationFraming = (width: number, height: number, side: number): Framing => {
  const { size, cut } = evaluationBox(width, height, side);
  return { from: wholeOf(width, height), size, cut, mirrored: false };
};

export const trainingFraming = (
  random: Random,
  flip: boolean,
  width: number,
  height: number,
  side: number,
): Framing => ({
  from: drawBox(random, width, height),
  size: { width: side, height: side },
  cut: wholeOf(side, side),
  mirrored: flip && random.chance(0.5),
});

/** Writes the framed picture as bytes [3, side, side]. Rejects where the file is missing, damaged or cut short. */
export const decodePicture = async (
  path: string,
  frame: (width: number, height: number) => Framing,
  out: Uint8Array,
): Promise<void> => {
  const library = await load();
  // Colour profiles and orientation are passed over, as torchvision does.
  const picture = library(path, { failOn: 'truncated', ignoreIcc: true });
  const { width, height } = await picture.metadata();
  const { from, size, cut, mirrored } = frame(width, height);
  const pixels = await picture
    .extract(from)
    .resize(size.width, size.height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
    .extract(cut)
    .flop(mirrored)
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer();
  toPlanes(pixels, out);
};

/** All of a picture, as it is; null where the file is missing, damaged or cut short. */
export const decodeWhole = async (path: string | Uint8Array): Promise<Pixels | null> => {
  const library = await load();
  try {
    const { data, info } = await library(path, { failOn: 'truncated', ignoreIcc: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const planes = new Uint8Array(data.length);
    toPlanes(data, planes);
    return { width: info.width, height: info.height, data: planes };
  } catch {
    return null;
  }
};
