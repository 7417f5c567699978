/** Batches of pictures with their objects: chosen, augmented and padded, read ahead of use; one seed gives the same everywhere. */
import { TopiaryError } from '@topiary/errors';
import { floats, type Graph, tensor } from '@topiary/onnx';
import type { Feeds } from '@topiary/pipeline';
import { ahead, type Random, randomFrom } from '@topiary/zoo';
import type { BatchRequest } from '../_task.js';
import { recolour } from './colours.js';
import { type Augmentation, type Drawn, draw, framed, movedTruths, PLAIN } from './frame.js';
import { BOXES, CLASSES, VALID } from './loss/inputs.js';
import type { BoxSplit, Corners, Pixels } from './types.js';

/** Pictures of a split, by their places in it. */
export interface Chosen {
  readonly split: BoxSplit;
  readonly places: readonly number[];
}

/** Batches that are read while others compute. */
const AHEAD = 4;
/** A picture that cannot be decoded is replaced by another one, at most this many times in a row. */
const SPARES = 20;
/** Objects of a mosaic that are kept, the largest ones. */
const MOST_OBJECTS = 100;

/** A picture of a batch with its objects, in the pixels of the square. */
interface Example {
  readonly pixels: Uint8Array;
  readonly truths: readonly { readonly box: Corners; readonly class: number }[];
}

/** Rows that hold the objects of any picture of a split. */
export const rowsFor = ({ pictures }: BoxSplit, { mosaic }: Pick<Augmentation, 'mosaic'>): number => {
  const most = pictures.reduce((n, { truths }) => Math.max(n, truths.filter(({ crowd }) => !crowd).length), 1);
  return mosaic > 0 ? Math.min(4 * most, MOST_OBJECTS) : most;
};

const area = ([left, top, right, bottom]: Corners): number => (right - left) * (bottom - top);

/** Objects as the loss reads them, G rows each; where there are more, the largest stay. */
export const truthFeeds = (pictures: readonly Example['truths'][], rows: number): Feeds => {
  const n = pictures.length;
  const [boxes, classes, valid] = [
    new Float32Array(n * rows * 4),
    new Int32Array(n * rows),
    new Float32Array(n * rows),
  ];
  pictures.forEach((truths, i) => {
    const kept = truths.length <= rows ? truths : [...truths].sort((a, b) => area(b.box) - area(a.box));
    for (let g = 0; g < rows; g += 1) {
      const truth = kept[g];
      boxes.set(truth?.box ?? [0, 0, 1, 1], 4 * (i * rows + g));
      if (!truth) continue;
      classes[i * rows + g] = truth.class;
      valid[i * rows + g] = 1;
    }
  });
  return {
    [BOXES]: floats(boxes, [n, rows, 4]),
    [CLASSES]: tensor('int32', [n, rows], classes),
    [VALID]: floats(valid, [n, rows]),
  };
};

/** RGB / 255, [n, 3, size, size]. */
export const imagesOf = (pictures: readonly Uint8Array[], size: number) => {
  const each = 3 * size * size;
  const images = new Float32Array(pictures.length * each);
  pictures.forEach((pixels, i) => {
    for (let k = 0; k < each; k += 1) images[i * each + k] = pixels[k]! / 255;
  });
  return floats(images, [pictures.length, 3, size, size]);
};

export const feedsOf = (graph: Graph, examples: readonly Example[], size: number, rows: number): Feeds => ({
  [graph.inputs[0]!.name]: imagesOf(
    examples.map(({ pixels }) => pixels),
    size,
  ),
  ...truthFeeds(
    examples.map(({ truths }) => truths),
    rows,
  ),
});

const unreadable = (damaged: ReadonlySet<string>): TopiaryError =>
  new TopiaryError('TOPIARY_ZOO_DATA_CORRUPT', {
    where: [...damaged].slice(0, 3).join(', '),
    expected: 'pictures that can be decoded',
    got: `${damaged.size} that cannot, and none in their place`,
  });

interface Source extends Chosen {
  readonly size: number;
  /** Names of pictures that could not be decoded; more are added. */
  readonly damaged: Set<string>;
}

const pixelsOf = async ({ split, damaged }: Source, place: number): Promise<Pixels | null> => {
  const pixels = await split.pixels(place);
  if (pixels === null) damaged.add(split.pictures[place]!.id);
  return pixels;
};

/** Null where one of the pictures cannot be decoded. */
const exampleOf = async (source: Source, place: number, drawn: Drawn): Promise<Example | null> => {
  const { split, places, size } = source;
  const all = [place, ...drawn.partners.map((partner) => places[partner]!)];
  const read = await Promise.all(all.map((one) => pixelsOf(source, one)));
  const pictures = read.filter((one) => one !== null);
  if (pictures.length < all.length) return null;
  const where = drawn.place(pictures);
  const pixels = framed(
    pictures.map((picture, i) => ({ picture, at: where[i]! })),
    size,
  );
  if (drawn.colours) recolour(pixels, drawn.colours);
  return { pixels, truths: all.flatMap((one, i) => movedTruths(split.pictures[one]!.truths, where[i]!)) };
};

/** Every picture once, then again in a new order, without end. */
function* endlessly(places: readonly number[], random: Random): Generator<number> {
  const order = Int32Array.from(places);
  for (;;) yield* random.shuffle(order);
}

function* tasks(source: Source, { batch, steps, seed, plain = false }: BatchRequest, augmentation: Augmentation) {
  const { places, size, damaged } = source;
  const order = endlessly(places, randomFrom(`order/${seed}`));
  const random = randomFrom(`augment/${seed}`);
  const drawnBy = (from: Random): Drawn => (plain ? PLAIN(size) : draw(from, augmentation, size, places.length));
  for (let step = 0; step < steps; step += 1) {
    const picks = Array.from({ length: batch }, () => ({ place: order.next().value!, drawn: drawnBy(random) }));
    yield () =>
      Promise.all(
        picks.map(async ({ place, drawn }, position): Promise<Example> => {
          let example = await exampleOf(source, place, drawn);
          const own = randomFrom(`spare/${seed}/${step}/${position}`);
          for (let n = 0; example === null; n += 1) {
            if (n === SPARES) throw unreadable(damaged);
            example = await exampleOf(source, places[own.below(places.length)]!, drawnBy(own));
          }
          return example;
        }),
      );
  }
}

/** `steps` batches of one size. An epoch may end inside a batch; no picture is left out. */
export async function* detectionBatches(
  graph: Graph,
  source: Source,
  request: BatchRequest,
  augmentation: Augmentation,
): AsyncGenerator<Feeds, undefined> {
  const { onWait = () => undefined } = request;
  const rows = rowsFor(source.split, request.plain ? { mosaic: 0 } : augmentation);
  let asked = performance.now();
  for await (const examples of ahead(tasks(source, request, augmentation), AHEAD)) {
    const feeds = feedsOf(graph, examples, source.size, rows);
    onWait(performance.now() - asked);
    yield feeds;
    asked = performance.now();
  }
  return undefined;
}
