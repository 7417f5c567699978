/** Batches of a split: chosen, cropped, mirrored and normalised; the same seed gives the same batches everywhere. */
import type { Split } from './dataset.js';
import { type Random, randomFrom } from './random.js';

export interface Batch {
  /** [size, C, H, W] */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly size: number;
}

export interface Augment {
  /** Pixels of black border that are added before a window of the old size is cut out. */
  readonly crop: number;
  /** Mirror left and right with probability 1/2. */
  readonly flip: boolean;
}

export interface BatchOptions {
  readonly batch: number;
  readonly steps: number;
  readonly seed: number;
  readonly augment?: Augment | undefined;
}

/** Another normalisation, for a network that was trained with it. */
export const normalized = (split: Split, mean: readonly number[], std: readonly number[]): Split => ({
  ...split,
  mean,
  std,
});

/** What each byte becomes, per channel: (v / 255 - mean) / std. */
const tablesOf = ({ dims, mean, std }: Split): readonly Float32Array[] =>
  Array.from({ length: dims[0] }, (_, c) =>
    Float32Array.from({ length: 256 }, (_, v) => (v / 255 - mean[c]!) / std[c]!),
  );

interface Window {
  readonly left: number;
  readonly top: number;
  readonly mirrored: boolean;
}
const WHOLE: Window = { left: 0, top: 0, mirrored: false };

const drawWindow = (random: Random, { crop, flip }: Augment): Window => ({
  left: random.below(2 * crop + 1) - crop,
  top: random.below(2 * crop + 1) - crop,
  mirrored: flip && random.chance(0.5),
});

/** Writes the windows of some pictures, one after another. */
class Writer {
  readonly #split: Split;
  readonly #tables: readonly Float32Array[];

  constructor(split: Split) {
    this.#split = split;
    this.#tables = tablesOf(split);
  }

  write(index: number, window: Window, out: Float32Array, position: number): void {
    const [channels, height, width] = this.#split.dims;
    const plane = height * width;
    for (let c = 0; c < channels; c += 1) {
      const table = this.#tables[c]!;
      const from = (index * channels + c) * plane;
      const to = (position * channels + c) * plane;
      for (let y = 0; y < height; y += 1) {
        const sourceY = y + window.top;
        const at = to + y * width;
        if (sourceY < 0 || sourceY >= height) out.fill(table[0]!, at, at + width);
        else this.#row(table, from + sourceY * width, window, out, at, width);
      }
    }
  }

  /** One row: black where the window hangs over, else table lookups, forwards or backwards. */
  #row(
    table: Float32Array,
    from: number,
    { left, mirrored }: Window,
    out: Float32Array,
    at: number,
    width: number,
  ): void {
    const { pixels } = this.#split;
    if (left !== 0) out.fill(table[0]!, at, at + width);
    const first = Math.max(0, -left);
    const end = Math.min(width, width - left);
    const source = from + left;
    if (mirrored) {
      const last = at + width - 1;
      for (let x = first; x < end; x += 1) out[last - x] = table[pixels[source + x]!]!;
    } else {
      for (let x = first; x < end; x += 1) out[at + x] = table[pixels[source + x]!]!;
    }
  }
}

const gather = (split: Split, writer: Writer, indices: ArrayLike<number>, windows: () => Window): Batch => {
  const size = indices.length;
  const images = new Float32Array(size * split.dims[0] * split.dims[1] * split.dims[2]);
  const labels = new Int32Array(size);
  for (let i = 0; i < size; i += 1) {
    writer.write(indices[i]!, windows(), images, i);
    labels[i] = split.labels[indices[i]!]!;
  }
  return { images, labels, size };
};

/** Every picture once, then again in a new order, without end. */
function* endlessly(length: number, random: Random): Generator<number> {
  const order = Int32Array.from({ length }, (_, i) => i);
  for (;;) yield* random.shuffle(order);
}

/** `steps` batches of one size for training. An epoch may end inside a batch; no picture is left out. */
export function* batches(split: Split, { batch, steps, seed, augment }: BatchOptions): Generator<Batch> {
  const writer = new Writer(split);
  const order = endlessly(split.length, randomFrom(`order/${seed}`));
  const random = randomFrom(`augment/${seed}`);
  const windows = augment ? () => drawWindow(random, augment) : () => WHOLE;
  const indices = new Int32Array(batch);
  for (let step = 0; step < steps; step += 1) {
    for (let i = 0; i < batch; i += 1) indices[i] = order.next().value;
    yield gather(split, writer, indices, windows);
  }
}

/** The whole split in its own order, for evaluation; the last batch may be smaller. */
export function* inOrder(split: Split, batch: number): Generator<Batch> {
  const writer = new Writer(split);
  for (let from = 0; from < split.length; from += batch) {
    const indices = Int32Array.from({ length: Math.min(batch, split.length - from) }, (_, i) => from + i);
    yield gather(split, writer, indices, () => WHOLE);
  }
}
