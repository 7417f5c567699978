/** Batches of a split: chosen, augmented and normalised, read ahead of use; the same seed gives the same batches everywhere. */
import { TopiaryError } from '@topiary/errors';
import { ahead } from './ahead.js';
import type { Augment, Read, Split } from './dataset.js';
import { type Random, randomFrom } from './random.js';

export interface Batch {
  /** [size, C, H, W] */
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly size: number;
}

/** Called with each batch: milliseconds that its taker had to wait for it. */
type OnWait = (ms: number) => void;

/** How batches are taken. */
export interface Taking {
  readonly onWait?: OnWait | undefined;
}

export interface BatchOptions extends Taking {
  readonly batch: number;
  readonly steps: number;
  readonly seed: number;
  readonly augment?: Augment | undefined;
}

/** Batches that are read while others compute. A file takes two rounds of the event loop: its size, its pixels. */
const AHEAD = 4;
/** A training picture that cannot be decoded is replaced by another one, at most this many times in a row. */
const SPARES = 20;

/** Another normalisation, for a network that was trained with it. */
export const normalized = <S extends Split>(split: S, mean: readonly number[], std: readonly number[]): S => ({
  ...split,
  mean,
  std,
});

/** Labels in the order of a network's own classes. `order[i]` is the data set's label of output i. */
export const relabelled = (split: Split, order: readonly number[]): Split => {
  const outputs = new Uint16Array(order.length);
  order.forEach((label, output) => {
    outputs[label] = output;
  });
  return { ...split, labels: Uint16Array.from(split.labels, (label) => outputs[label]!) };
};

const pictureBytes = ({ dims }: Split): number => dims[0] * dims[1] * dims[2];

/** Pictures as bytes, on their way to becoming a batch. */
interface Bytes {
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

/** What each byte becomes, per channel: (v / 255 - mean) / std. */
const tablesOf = ({ dims, mean, std }: Split): readonly Float32Array[] =>
  Array.from({ length: dims[0] }, (_, c) =>
    Float32Array.from({ length: 256 }, (_, v) => (v / 255 - mean[c]!) / std[c]!),
  );

const normalizer = (split: Split): ((bytes: Bytes) => Batch) => {
  const tables = tablesOf(split);
  const plane = split.dims[1] * split.dims[2];
  return ({ pixels, labels }) => {
    const images = new Float32Array(pixels.length);
    for (let at = 0, p = 0; at < pixels.length; p += 1) {
      const table = tables[p % tables.length]!;
      for (const end = at + plane; at < end; at += 1) images[at] = table[pixels[at]!]!;
    }
    return { images, labels, size: labels.length };
  };
};

/** Every picture once, then again in a new order, without end. */
function* endlessly(length: number, random: Random): Generator<number> {
  const order = Int32Array.from({ length }, (_, i) => i);
  for (;;) yield* random.shuffle(order);
}

interface Pick {
  readonly index: number;
  readonly read: Read;
}

const unreadable = (split: Split): TopiaryError =>
  new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', {
    where: [...split.pictures.damaged].slice(0, 3).join(', '),
    expected: 'pictures that can be decoded',
    got: `${split.pictures.damaged.size} that cannot, and none in their place`,
  });

/** Reads the picks of a batch; `spare` replaces one that cannot be decoded, without it the batch grows smaller. */
const readPicks = async (split: Split, picks: readonly Pick[], spare?: (position: number) => () => Pick) => {
  const size = pictureBytes(split);
  const pixels = new Uint8Array(picks.length * size);
  const labels = new Int32Array(picks.length);
  const readOne = async ({ index, read }: Pick, position: number): Promise<boolean> => {
    labels[position] = split.labels[index]!;
    return read(index, pixels, position * size);
  };
  const isRead = await Promise.all(picks.map(readOne));
  for (const [position, fine] of isRead.entries()) {
    if (fine || !spare) continue;
    const next = spare(position);
    for (let n = 0; !isRead[position]; n += 1) {
      if (n === SPARES) throw unreadable(split);
      isRead[position] = await readOne(next(), position);
    }
  }
  return keepRead(split, { pixels, labels }, isRead);
};

/** Closes the gaps that undecodable pictures left. */
const keepRead = (split: Split, { pixels, labels }: Bytes, isRead: readonly boolean[]): Bytes => {
  if (isRead.every(Boolean)) return { pixels, labels };
  const size = pictureBytes(split);
  let to = 0;
  isRead.forEach((fine, from) => {
    if (!fine) return;
    pixels.copyWithin(to * size, from * size, (from + 1) * size);
    labels[to] = labels[from]!;
    to += 1;
  });
  return { pixels: pixels.subarray(0, to * size), labels: labels.slice(0, to) };
};

/** Hands out what the tasks read, normalised, and says how long that kept the taker waiting. */
async function* delivered(
  split: Split,
  tasks: Iterable<() => Promise<Bytes>>,
  { onWait = () => undefined }: Taking,
): AsyncGenerator<Batch, undefined> {
  const normalize = normalizer(split);
  let asked = performance.now();
  for await (const bytes of ahead(tasks, AHEAD)) {
    const batch = normalize(bytes);
    onWait(performance.now() - asked);
    yield batch;
    asked = performance.now();
  }
}

function* trainingTasks(split: Split, { batch, steps, seed, augment }: BatchOptions) {
  const order = endlessly(split.length, randomFrom(`order/${seed}`));
  const random = randomFrom(`augment/${seed}`);
  const { pictures } = split;
  const pick = (index: number, from: Random): Pick => ({
    index,
    read: augment ? pictures.augmented(from, augment) : pictures.plain,
  });
  for (let step = 0; step < steps; step += 1) {
    const picks = Array.from({ length: batch }, () => pick(order.next().value!, random));
    const spare = (position: number) => {
      const own = randomFrom(`spare/${seed}/${step}/${position}`);
      return () => pick(own.below(split.length), own);
    };
    yield () => readPicks(split, picks, spare);
  }
}

/** `steps` batches of one size for training. An epoch may end inside a batch; no picture is left out. */
export const batches = (split: Split, options: BatchOptions): AsyncGenerator<Batch, undefined> =>
  delivered(split, trainingTasks(split, options), options);

function* evaluationTasks(split: Split, batch: number) {
  for (let from = 0; from < split.length; from += batch) {
    const length = Math.min(batch, split.length - from);
    const picks = Array.from({ length }, (_, i) => ({ index: from + i, read: split.pictures.plain }));
    yield () => readPicks(split, picks);
  }
}

/** The whole split in its own order, for evaluation; the last batch may be smaller, undecodable pictures are left out. */
export async function* inOrder(split: Split, batch: number, onWait?: OnWait): AsyncGenerator<Batch> {
  let seen = 0;
  for await (const one of delivered(split, evaluationTasks(split, batch), { onWait })) {
    seen += one.size;
    if (one.size > 0) yield one;
  }
  if (seen === 0 && split.length > 0) throw unreadable(split);
}
