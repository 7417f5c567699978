/**
 * shapes16: ten grey shapes on 16×16 pictures, drawn from a seed: what a small diffusion model learns to draw.
 *
 * The shape is the label; place, size, brightness of shape and ground, and a little noise are not. There is no augmentation:
 * a mirrored diagonal is another picture than any in here.
 */
import { inMemory, type MemoryDataset, type MemorySplit } from '../in-memory.js';
import { keptDrawings } from '../kept-drawings.js';
import { type Random, randomFrom } from '../random.js';
import { box, radius, type Shape, shape } from '../render/shapes.js';

const SIZE = 16;
/** As many as reference statistics of a Fréchet distance want. */
const TRAIN = 50_000;
const TEST = 10_000;
/** Changing anything that is drawn makes another data set: raise this number and retrain what is shipped. */
const VERSION = 1;

/** cos 45° */
const C45 = Math.SQRT1_2;
const plus = (u: number, v: number): number => Math.min(box(u, v, 0.25, 0.9), box(u, v, 0.9, 0.25));
const turned = (distance: Shape['distance']) => (u: number, v: number) => distance(C45 * (u + v), C45 * (v - u));

/** In the order of the labels. */
export const SHAPES16 = {
  disc: shape((u, v) => radius(u, v) - 0.8, 0.8),
  ring: shape((u, v) => Math.abs(radius(u, v) - 0.68) - 0.2, 0.88),
  square: shape((u, v) => box(u, v, 0.72, 0.72), 0.72),
  frame: shape((u, v) => Math.abs(box(u, v, 0.62, 0.62)) - 0.18, 0.8),
  diamond: shape((u, v) => C45 * (Math.abs(u) + Math.abs(v)) - 0.64, 0.91),
  vertical: shape((u, v) => box(u, v, 0.25, 0.95), 0.25, 0.95),
  horizontal: shape((u, v) => box(u, v, 0.95, 0.25), 0.95, 0.25),
  plus: shape(plus, 0.9),
  diagonal: shape(
    turned((u, v) => box(u, v, 0.95, 0.25)),
    0.85,
  ),
  cross: shape(turned(plus), 0.82),
} as const satisfies Record<string, Shape>;

const NAMES = Object.keys(SHAPES16) as readonly (keyof typeof SHAPES16)[];

const toByte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0);

/** Draws one picture: edges softened over a pixel, noise of about four grey levels (the sum of two random bytes). */
const picture = (random: Random, { distance }: Shape, out: Uint8Array): void => {
  const [ground, light] = [random.between(10, 60), random.between(150, 245)];
  const [x, y] = [random.between(SIZE / 2 - 2, SIZE / 2 + 2), random.between(SIZE / 2 - 2, SIZE / 2 + 2)];
  const size = random.between(4.2, 6.4);
  const scale = 4 / 104.51; // of two bytes less their mean, whose deviation is 104.51
  for (let at = 0; at < out.length; at += 1) {
    const [dx, dy] = [(at % SIZE) + 0.5 - x, Math.floor(at / SIZE) + 0.5 - y];
    const cover = Math.min(1, Math.max(0, 0.5 - distance(dx / size, dy / size) * size));
    const bits = random.bits();
    out[at] = toByte(ground + cover * (light - ground) + scale * ((bits & 255) + ((bits >>> 8) & 255) - 255));
  }
};

const MEAN = [0.5] as const;
const STD = [0.5] as const;

/** The first `length` pictures of a stream; classes take turns, so every split is balanced. */
export const drawShapes16 = (length: number, random: Random): MemorySplit => {
  const pixels = new Uint8Array(length * SIZE * SIZE);
  const labels = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) {
    labels[i] = i % NAMES.length;
    picture(random, SHAPES16[NAMES[labels[i]!]!], pixels.subarray(i * SIZE * SIZE, (i + 1) * SIZE * SIZE));
  }
  return inMemory({ dims: [1, SIZE, SIZE], pixels, labels, mean: MEAN, std: STD });
};

export const Shapes16: MemoryDataset = {
  id: 'shapes16',
  title: 'Shapes-16',
  summary: 'Ten grey shapes of random place, size and brightness on 16×16 pictures, drawn from a seed.',
  classes: NAMES,
  input: [1, SIZE, SIZE],
  anySize: false,
  mean: MEAN,
  std: STD,
  augmentation: 'none',
  source: 'Drawn by Topiary itself (MIT)',
  isDrawn: true,
  state: async () => ({ present: true, reason: null }),
  classesIn: async () => NAMES,
  open: async ({ dataDir, testSecret }) => ({
    train: await keptDrawings(dataDir, 'shapes16', 'train', TRAIN, (length) =>
      drawShapes16(length, randomFrom(`shapes16/${VERSION}/train`)),
    ),
    test: await keptDrawings(testSecret ? '' : dataDir, 'shapes16', 'test', TEST, (length) =>
      drawShapes16(length, randomFrom(`shapes16/${VERSION}/test`, testSecret)),
    ),
  }),
};
