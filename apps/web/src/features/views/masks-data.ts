/** The file behind a view of masks, read with care: runs of other versions stay. */

export interface Cut {
  /** [height, width] of 0 and 1. */
  readonly mask: Uint8Array;
  /** 0 … 1, with what was annotated. */
  readonly iou: number;
}

export interface MaskedObject {
  readonly point: readonly [number, number];
  readonly network: Cut;
  readonly base: Cut;
}

export interface MaskedPicture {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly objects: readonly MaskedObject[];
}

/** Row by row: so many pixels outside, then inside, then outside, … */
const maskFrom = (runs: unknown, pixels: number): Uint8Array => {
  const mask = new Uint8Array(pixels);
  let at = 0;
  for (const [i, run] of (runs as number[]).entries()) {
    if (i % 2 === 1) mask.fill(1, at, at + run);
    at += run;
  }
  if (at !== pixels) throw new Error('runs of another picture');
  return mask;
};

type Fields = Record<string, unknown>;

const cutFrom = (data: unknown, pixels: number): Cut => {
  const { runs, iou } = data as Fields;
  return { mask: maskFrom(runs, pixels), iou: Number(iou) };
};

const pictureFrom = (data: unknown): MaskedPicture => {
  const { image, width, height, objects } = data as Fields;
  if (typeof image !== 'string' || !image.startsWith('data:image/')) throw new Error('no picture');
  const [w, h] = [Number(width), Number(height)];
  return {
    image,
    width: w,
    height: h,
    objects: (objects as Fields[]).map(({ point, network, base }) => {
      const [x, y] = point as number[];
      return { point: [Number(x), Number(y)], network: cutFrom(network, w * h), base: cutFrom(base, w * h) };
    }),
  };
};

/** null: not such a file. */
export const masksFrom = (data: unknown): readonly MaskedPicture[] | null => {
  try {
    const pictures = ((data as Fields)['pictures'] as unknown[]).map(pictureFrom);
    return pictures.length > 0 ? pictures : null;
  } catch {
    return null;
  }
};
