/**
 * shapes32: ten shapes to tell apart on 32×32 pictures, drawn from a seed in a second; nothing is downloaded.
 *
 * The shape is the label; place, size, rotation, stretch, colours, stripes, background, clutter, a bar across and
 * noise are not. They were chosen so that a small network ends near 90 % and pruning methods are told apart.
 */
import { inMemory, type MemoryDataset, type MemorySplit } from '../in-memory.js';
import { keptDrawings } from '../kept-drawings.js';
import { type Random, randomFrom } from '../random.js';
import { Canvas, type Colour, type Fill, type Placement } from '../render/canvas.js';
import { BAR, DOT, SHAPE_NAMES, SHAPES } from '../render/shapes.js';

const SIZE = 32;
const TRAIN = 12_000;
const TEST = 4_000;
/** Changing anything that is drawn makes another data set: raise this number and retrain what is shipped. */
const VERSION = 1;

const colour = (random: Random): Colour => [random.between(0, 255), random.between(0, 255), random.between(0, 255)];

/** A colour that differs from another by at least `contrast` (Euclidean). */
const colourAgainst = (random: Random, other: Colour, contrast: number): Colour => {
  for (;;) {
    const c = colour(random);
    const [r, g, b] = [c[0] - other[0], c[1] - other[1], c[2] - other[2]];
    if (r * r + g * g + b * b >= contrast * contrast) return c;
  }
};

const placement = (random: Random, x: number, y: number, radius: number, stretch: number): Placement => {
  const { x: dx, y: dy, norm } = random.disc();
  return { x, y, radius, cos: dx / norm, sin: dy / norm, stretch };
};

const plain = (c: Colour): Fill => ({ colour: c, other: c, du: 0, dv: 0 });

/** Stripes of the colour and of a mix of it with the background. */
const striped = (random: Random, c: Colour, base: Colour): Fill => {
  const mix = random.between(0.25, 0.6);
  const other: Colour = [c[0] + mix * (base[0] - c[0]), c[1] + mix * (base[1] - c[1]), c[2] + mix * (base[2] - c[2])];
  const { x, y, norm } = random.disc();
  const frequency = random.between(1.5, 3.5) / norm;
  return { colour: c, other, du: x * frequency, dv: y * frequency };
};

const anywhere = (random: Random): number => random.between(0, SIZE);

/** Bars and dots that are not the object. */
const clutter = (random: Random, canvas: Canvas): void => {
  for (let n = random.below(4); n > 0; n -= 1) {
    const long = random.chance(0.5);
    const place = placement(
      random,
      anywhere(random),
      anywhere(random),
      long ? random.between(5, 11) : random.between(1.5, 4),
      1,
    );
    canvas.draw(long ? BAR : DOT, place, plain(colour(random)));
  }
};

/** Draws one picture of the given class. */
const picture = (random: Random, label: number, canvas: Canvas, out: Uint8Array, offset: number): void => {
  const base = colour(random);
  canvas.background(random, base, random.between(10, 60));
  clutter(random, canvas);
  const c = colourAgainst(random, base, 95);
  const fill = random.chance(0.4) ? striped(random, c, base) : plain(c);
  const place = placement(
    random,
    random.between(11, SIZE - 11),
    random.between(11, SIZE - 11),
    random.between(6.8, 12.4),
    random.between(0.85, 1.18),
  );
  canvas.draw(SHAPES[SHAPE_NAMES[label]!], place, fill);
  if (random.chance(0.4)) {
    const across = placement(
      random,
      place.x + random.between(-6, 6),
      place.y + random.between(-6, 6),
      random.between(8, 16),
      1,
    );
    canvas.draw(BAR, across, plain(colour(random)));
  }
  canvas.write(random, random.between(4, 24), out, offset);
};

const MEAN = [0.5, 0.5, 0.5] as const;
const STD = [0.25, 0.25, 0.25] as const;

/** The first `length` pictures of a stream; classes take turns, so every split is balanced. */
export const drawShapes = (length: number, random: Random): MemorySplit => {
  const pixels = new Uint8Array(length * 3 * SIZE * SIZE);
  const labels = new Uint8Array(length);
  const canvas = new Canvas(SIZE);
  for (let i = 0; i < length; i += 1) {
    labels[i] = i % SHAPE_NAMES.length;
    picture(random, labels[i]!, canvas, pixels, i * 3 * SIZE * SIZE);
  }
  return inMemory({ dims: [3, SIZE, SIZE], pixels, labels, mean: MEAN, std: STD });
};

export const Shapes32: MemoryDataset = {
  id: 'shapes32',
  title: 'Shapes-32',
  summary: 'Ten shapes on cluttered, noisy 32×32 pictures, drawn from a seed.',
  classes: SHAPE_NAMES,
  input: [3, SIZE, SIZE],
  anySize: false,
  mean: MEAN,
  std: STD,
  augmentation: 'crop 4 and flip',
  source: 'Drawn by Topiary itself (MIT)',
  isDrawn: true,
  state: async () => ({ present: true, reason: null }),
  classesIn: async () => SHAPE_NAMES,
  open: async ({ dataDir, testSecret }) => ({
    train: await keptDrawings(dataDir, 'shapes32', 'train', TRAIN, (length) =>
      drawShapes(length, randomFrom(`shapes32/${VERSION}/train`)),
    ),
    test: await keptDrawings(testSecret ? '' : dataDir, 'shapes32', 'test', TEST, (length) =>
      drawShapes(length, randomFrom(`shapes32/${VERSION}/test`, testSecret)),
    ),
  }),
};
