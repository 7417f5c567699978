/**
 * shapes-det: one to eight shapes of six kinds to find on noisy pictures, drawn from a seed; nothing is downloaded.
 *
 * Kind, place, side, aspect and colour of each shape are drawn; later shapes lie over earlier ones. A box is that of the
 * whole shape, hidden or not. What makes it hard are numbers (`Difficulty`); the standard ones were chosen so that a small
 * network ends between 55 and 75 % and pruning methods are told apart.
 */
import { annotationHash } from '../annotations/marked.js';
import type { Annotated, BoxSplit, Corners, Pixels, SizeRange } from '../boxes.js';
import type { Dataset } from '../dataset.js';
import { type Random, randomFrom } from '../random.js';
import { BOX_SHAPE_NAMES, BOX_SHAPES } from '../render/box-shapes.js';
import { Canvas, type Colour, type Fill } from '../render/canvas.js';
import { BAR, DOT } from '../render/shapes.js';
import { ofBoxes } from './_boxes.js';

export interface Difficulty {
  /** At least so far from the background in one channel, of 255. */
  readonly contrast: number;
  /** Standard deviation of the noise of pixels, of 255. */
  readonly noise: number;
  /** Two shapes share at most so much of the smaller one's box. */
  readonly overlap: number;
  /** At most so many bars and dots that are no objects. */
  readonly clutter: number;
  /** The smallest side in pixels. */
  readonly least: number;
}

export const STANDARD: Difficulty = { contrast: 50, noise: 10, overlap: 0.3, clutter: 0, least: 8 };

const SIDE = 128;
/** The largest side of a shape, as a share of the picture's. */
const LARGEST = 56 / 128;
const MOST_OBJECTS = 8;
const TRIES = 20;
/** A background's grid has so many fields along a side. */
const CELLS = 8;
/** How far the background strays from its colour, of 255. */
const STRAY = 25;
/** Curves and tables of a page are those of the pictures that are shown: of few they would say nothing. */
const [TRAIN, TEST, SHOWCASE] = [4000, 1000, 250];
/** Changing anything that is drawn makes another data set: raise this number and retrain what is shipped. */
const VERSION = 1;

/** By side: COCO's 32 and 96 pixels would leave no large object. */
export const SHAPE_SIZES: readonly SizeRange[] = [
  { id: 'small', title: 'Small, to 16 px', from: 0, to: 16 ** 2 },
  { id: 'medium', title: 'Medium, 16 to 32 px', from: 16 ** 2, to: 32 ** 2 },
  { id: 'large', title: 'Large, from 32 px', from: 32 ** 2, to: 1e10 },
];

/** factor^u, u uniform on [0, 1) in 16 binary places: nothing but square roots and products, so the same everywhere. */
const power = (random: Random, factor: number): number => {
  let [bits, root, value] = [random.below(2 ** 16), factor, 1];
  for (let place = 0; place < 16; place += 1) {
    root = Math.sqrt(root);
    bits *= 2;
    if (bits < 2 ** 16) continue;
    bits -= 2 ** 16;
    value *= root;
  }
  return value;
};

/** e^-.4 and e^.8: aspects go from e^-.4 to e^.4. */
const [ASPECT, ASPECTS] = [0.6703200460356393, 2.225540928492468];

interface Object {
  readonly box: Corners;
  readonly class: number;
}

const shared = (a: Corners, b: Corners): number => {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
};
const area = (box: Corners): number => (box[2] - box[0]) * (box[3] - box[1]);

const place = (random: Random, side: number, { least }: Difficulty): Corners => {
  const size = least * power(random, (LARGEST * side) / least);
  const aspect = Math.sqrt(ASPECT * power(random, ASPECTS));
  const [width, height] = [Math.min(side, size * aspect), Math.min(side, size / aspect)];
  const [left, top] = [random.between(0, side - width), random.between(0, side - height)];
  return [left, top, left + width, top + height];
};

/** Where there is no room after so many tries, there is one object fewer. */
const layout = (random: Random, side: number, difficulty: Difficulty): Object[] => {
  const objects: Object[] = [];
  for (let n = 1 + random.below(MOST_OBJECTS); n > 0; n -= 1) {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const box = place(random, side, difficulty);
      const isFree = objects.every(
        (other) => shared(box, other.box) <= difficulty.overlap * Math.min(area(box), area(other.box)),
      );
      if (!isFree) continue;
      objects.push({ box, class: random.below(BOX_SHAPE_NAMES.length) });
      break;
    }
  }
  return objects;
};

const colour = (random: Random): Colour => [random.between(0, 255), random.between(0, 255), random.between(0, 255)];

const colourAgainst = (random: Random, base: Colour, contrast: number): Colour => {
  for (;;) {
    const c = colour(random);
    if (c.some((value, channel) => Math.abs(value - base[channel]!) >= contrast)) return c;
  }
};

const plain = (c: Colour): Fill => ({ colour: c, other: c, du: 0, dv: 0 });

const drawClutter = (random: Random, canvas: Canvas, most: number): void => {
  for (let n = random.below(most + 1); n > 0; n -= 1) {
    const long = random.chance(0.5);
    const { x: dx, y: dy, norm } = random.disc();
    const where = { x: random.between(0, canvas.size), y: random.between(0, canvas.size) };
    const radius = long ? random.between(6, 20) : random.between(1.5, 4);
    const turned = { ...where, radius, cos: dx / norm, sin: dy / norm, stretch: 1 };
    canvas.draw(long ? BAR : DOT, turned, plain(colour(random)));
  }
};

const drawObject = (canvas: Canvas, { box: [left, top, right, bottom], class: c }: Object, fill: Fill): void => {
  const [width, height] = [right - left, bottom - top];
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const upright = {
    ...middle,
    radius: Math.sqrt(width * height) / 2,
    cos: 1,
    sin: 0,
    stretch: Math.sqrt(width / height),
  };
  canvas.draw(BOX_SHAPES[BOX_SHAPE_NAMES[c]!], upright, fill);
};

const render = (random: Random, objects: readonly Object[], side: number, difficulty: Difficulty): Pixels => {
  const canvas = new Canvas(side, CELLS);
  const base = colour(random);
  canvas.background(random, base, STRAY);
  drawClutter(random, canvas, difficulty.clutter);
  for (const object of objects) drawObject(canvas, object, plain(colourAgainst(random, base, difficulty.contrast)));
  const data = new Uint8Array(3 * side * side);
  canvas.write(random, difficulty.noise, data, 0);
  return { width: side, height: side, data };
};

export interface ShapesRequest {
  readonly split: string;
  readonly length: number;
  readonly side?: number;
  readonly difficulty?: Difficulty;
  /** Makes the pictures unknown to anyone without it. */
  readonly secret?: string | undefined;
}

/** Every picture has a stream of its own, so that any of them can be drawn alone; once drawn, it is kept. */
export const drawBoxShapes = (request: ShapesRequest): BoxSplit => {
  const { split, length, side = SIDE, difficulty = STANDARD, secret } = request;
  const stream = (i: number, what: string) => randomFrom(`shapes-det/${VERSION}/${split}/${i}/${what}`, secret);
  const pictures = Array.from({ length }, (_, i): Annotated => {
    const objects = layout(stream(i, 'layout'), side, difficulty);
    const truths = objects.map((object) => ({ ...object, area: area(object.box), crowd: false, difficult: false }));
    return { id: `${i}`, width: side, height: side, truths };
  });
  const drawn = new Map<number, Pixels>();
  return {
    pictures,
    classes: BOX_SHAPE_NAMES,
    excluded: {},
    pixels: async (index) => {
      const pixels = drawn.get(index) ?? render(stream(index, 'pixels'), pictures[index]!.truths, side, difficulty);
      drawn.set(index, pixels);
      return pixels;
    },
    hash: () => annotationHash([...BOX_SHAPE_NAMES, `${VERSION}`, JSON.stringify(difficulty)], pictures),
  };
};

export const ShapesDet: Dataset = ofBoxes(
  {
    id: 'shapes-det',
    title: 'Shapes-det',
    summary: 'Shapes of six kinds to find on noisy pictures, drawn from a seed.',
    classes: BOX_SHAPE_NAMES,
    input: [3, SIDE, SIDE],
    source: 'Drawn by Topiary itself (MIT)',
    isDrawn: true,
  },
  async () => ({ present: true, reason: null }),
  async ({ input, testSecret }) => {
    const side = input?.[1] ?? SIDE;
    return {
      train: drawBoxShapes({ split: 'train', length: TRAIN, side }),
      test: drawBoxShapes({ split: 'test', length: TEST, side, secret: testSecret }),
      showcase: drawBoxShapes({ split: 'showcase', length: SHOWCASE, side }),
      sizes: SHAPE_SIZES,
    };
  },
);
