/** The file behind a view of masks, read with care: runs of other versions stay. */

/** What a task says of its networks, so that a page can ask them. */
export interface Asks {
  /** Subtracted and divided by per channel, where 255 is 1. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Pixels along a side of the encoder's square, and of the decoder's masks. */
  readonly side: number;
  readonly low: number;
}

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
  /** Masks of everything that a grid of points finds, by the network and by the base; null: an earlier version. */
  readonly everything: { readonly network: readonly Uint8Array[]; readonly base: readonly Uint8Array[] } | null;
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

const everythingFrom = (data: unknown, pixels: number): MaskedPicture['everything'] => {
  if (data === undefined) return null;
  const { network, base } = data as Fields;
  const masks = (runs: unknown) => (runs as unknown[]).map((one) => maskFrom(one, pixels));
  return { network: masks(network), base: masks(base) };
};

const pictureFrom = (data: unknown): MaskedPicture => {
  const { image, width, height, objects, everything } = data as Fields;
  if (typeof image !== 'string' || !image.startsWith('data:image/')) throw new Error('no picture');
  const [w, h] = [Number(width), Number(height)];
  return {
    image,
    width: w,
    height: h,
    everything: everythingFrom(everything, w * h),
    objects: (objects as Fields[]).map(({ point, network, base }) => {
      const [x, y] = point as number[];
      return { point: [Number(x), Number(y)], network: cutFrom(network, w * h), base: cutFrom(base, w * h) };
    }),
  };
};

const numbersFrom = (data: unknown, n: number): readonly number[] => {
  const numbers = (data as unknown[]).map(Number);
  if (numbers.length !== n || !numbers.every(Number.isFinite)) throw new Error('no numbers');
  return numbers;
};

/** What the networks want to be given in a page; null: the file is of an earlier version. */
export const asksFrom = (data: unknown): Asks | null => {
  try {
    const { mean, std, side, low } = (data as Fields)['asks'] as Fields;
    const [s, l] = numbersFrom([side, low], 2);
    return { mean: numbersFrom(mean, 3), std: numbersFrom(std, 3), side: s!, low: l! };
  } catch {
    return null;
  }
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
