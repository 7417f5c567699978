/**
 * scenes64: two to five shapes that lie over one another on a textured ground, to be cut out by a point or a box; drawn from a
 * seed, nothing is downloaded. A mask is what is seen of a shape. Its point is a pixel at least half as far from the edge as the
 * innermost one, its box the smallest one with every side moved by up to a twentieth.
 */
import { createHash } from 'node:crypto';
import { innerPoint, jitteredBox, type MaskedObject, type MaskSplit, type Scene, tightBox } from '../masks.js';
import { type Random, randomFrom } from '../random.js';
import { BOX_SHAPES } from '../render/box-shapes.js';
import { Canvas, type Colour, type Placement } from '../render/canvas.js';
import { BAR, radius, type Shape, shape } from '../render/shapes.js';
import { ofMasks } from './_masks.js';

const SIDE = 64;
const [TRAIN, TEST, SHOWCASE] = [5000, 200, 12];
const [LEAST, MOST] = [2, 5];
/** Pixels, from the centre. */
const RADIUS = [12, 22] as const;
/** At least so far from the ground and from shapes drawn before, in one channel, of 255. */
const CONTRAST = 60;
const NOISE = 6;
const CELLS = 8;
/** What is seen of a shape is an object if it is so many pixels, and so great a share of it. */
const [SEEN, SHARE] = [100, 0.3];
const JITTER = 0.05;
/** Changing anything that is drawn makes another data set: raise this number and retrain what is shipped. */
const VERSION = 1;

/** Three discs that run into one another. */
const blob = (random: Random): Shape => {
  const discs = Array.from({ length: 3 }, () => {
    const { x, y } = random.disc();
    return { x: 0.5 * x, y: 0.5 * y, r: random.between(0.4, 0.6) };
  });
  return shape((u, v) => Math.min(...discs.map(({ x, y, r }) => radius(u - x, v - y) - r)), 1.1);
};

const KINDS: readonly ((random: Random) => Shape)[] = [
  () => BOX_SHAPES.disc,
  () => BOX_SHAPES.rectangle,
  () => BOX_SHAPES.triangle,
  () => BOX_SHAPES.ring,
  blob,
];

const colour = (random: Random): Colour => [random.between(0, 255), random.between(0, 255), random.between(0, 255)];
const near = (random: Random, base: Colour, by: number): Colour =>
  base.map((value) => Math.min(255, Math.max(0, value + random.between(-by, by)))) as unknown as Colour;
const differs = (a: Colour, b: Colour): boolean => a.some((value, c) => Math.abs(value - b[c]!) >= CONTRAST);

const placed = (random: Random): Placement => {
  const { x, y, norm } = random.disc();
  return {
    x: random.between(6, SIDE - 6),
    y: random.between(6, SIDE - 6),
    radius: random.between(...RADIUS),
    cos: x / norm,
    sin: y / norm,
    stretch: random.between(0.75, 1.3),
  };
};

/** The pixels whose middle lies inside a shape. */
const pixelsOf = ({ distance }: Shape, { x, y, radius: r, cos, sin, stretch }: Placement): Uint8Array => {
  const mask = new Uint8Array(SIDE * SIDE);
  // no shape reaches farther from its middle
  const reach = (1.6 * r * Math.max(stretch, 1 / stretch)) ** 2;
  for (let at = 0; at < mask.length; at += 1) {
    const [dx, dy] = [(at % SIDE) + 0.5 - x, Math.floor(at / SIDE) + 0.5 - y];
    if (dx * dx + dy * dy > reach) continue;
    const [u, v] = [(cos * dx + sin * dy) / (r * stretch), ((cos * dy - sin * dx) * stretch) / r];
    mask[at] = Number(distance(u, v) <= 0);
  }
  return mask;
};

const sizeOf = (mask: Uint8Array): number => mask.reduce((n, bit) => n + bit, 0);

/** A ground of slow colours under bars of nearly the same. */
const drawGround = (random: Random, canvas: Canvas, base: Colour): void => {
  canvas.background(random, base, 25);
  for (let n = 4 + random.below(5); n > 0; n -= 1) {
    const { x, y, norm } = random.disc();
    const where = { x: random.between(0, SIDE), y: random.between(0, SIDE), radius: random.between(8, 30) };
    const bar = near(random, base, 20);
    canvas.draw(BAR, { ...where, cos: x / norm, sin: y / norm, stretch: 1 }, { colour: bar, other: bar, du: 0, dv: 0 });
  }
};

interface Drawn {
  readonly whole: Uint8Array;
  readonly colour: Colour;
}

/** A colour of its own, perhaps with stripes of another near it. */
const drawShape = (random: Random, canvas: Canvas, others: readonly Colour[]): Drawn => {
  const form = KINDS[random.below(KINDS.length)]!(random);
  const place = placed(random);
  let own = colour(random);
  for (let tries = 0; tries < 50 && !others.every((other) => differs(own, other)); tries += 1) own = colour(random);
  const isStriped = random.chance(0.4);
  const { x, y } = random.disc();
  const stripes = isStriped ? { other: near(random, own, 40), du: 3 * x, dv: 3 * y } : { other: own, du: 0, dv: 0 };
  canvas.draw(form, place, { colour: own, ...stripes });
  return { whole: pixelsOf(form, place), colour: own };
};

/** What later shapes leave of each, with its prompts; what is hardly seen is no object. */
const objectsOf = (drawn: readonly Drawn[], random: Random): MaskedObject[] =>
  drawn.flatMap(({ whole }, i) => {
    const later = drawn.slice(i + 1);
    const mask = whole.map((bit, at) => (bit && !later.some((other) => other.whole[at]) ? 1 : 0));
    const tight = tightBox(mask, SIDE);
    if (tight === null || sizeOf(mask) < Math.max(SEEN, SHARE * sizeOf(whole))) return [];
    const point = innerPoint(mask, SIDE, tight, (n) => random.below(n));
    return [{ mask, point, box: jitteredBox(tight, [SIDE, SIDE], JITTER, () => random.between(-1, 1)) }];
  });

const drawScene = (random: Random): Scene => {
  const canvas = new Canvas(SIDE, CELLS);
  const base = colour(random);
  drawGround(random, canvas, base);
  const drawn: Drawn[] = [];
  for (let n = LEAST + random.below(MOST - LEAST + 1); n > 0; n -= 1)
    drawn.push(drawShape(random, canvas, [base, ...drawn.map((one) => one.colour)]));
  const data = new Uint8Array(3 * SIDE * SIDE);
  canvas.write(random, NOISE, data, 0);
  return { pixels: { width: SIDE, height: SIDE, data }, objects: objectsOf(drawn, random) };
};

export interface ScenesRequest {
  readonly split: string;
  readonly length: number;
  /** Makes the scenes unknown to anyone without it. */
  readonly secret?: string | undefined;
}

/** Every scene has a stream of its own, so that any of them can be drawn alone; once drawn, it is kept. */
export const drawScenes = ({ split, length, secret }: ScenesRequest): MaskSplit => {
  const drawn = new Map<number, Scene>();
  const sceneAt = (index: number): Scene => {
    const scene = drawn.get(index) ?? drawScene(randomFrom(`scenes64/${VERSION}/${split}/${index}`, secret));
    drawn.set(index, scene);
    return scene;
  };
  return {
    length,
    idOf: String,
    scene: async (index) => sceneAt(index),
    hash: () => {
      const hash = createHash('sha256').update(`scenes64/${VERSION}`);
      for (let i = 0; i < length; i += 1) {
        const { pixels, objects } = sceneAt(i);
        hash.update(pixels.data);
        for (const { mask, point, box } of objects) hash.update(mask).update(JSON.stringify([point, box]));
      }
      return hash.digest('hex');
    },
  };
};

export const Scenes64 = ofMasks(
  {
    id: 'scenes64',
    title: 'scenes64',
    summary: 'Shapes that lie over one another on a textured ground, to be cut out by a point or a box.',
    input: [3, SIDE, SIDE],
    source: 'Drawn by Topiary itself (MIT)',
    isDrawn: true,
  },
  async () => ({ present: true, reason: null }),
  async ({ testSecret }) => ({
    train: drawScenes({ split: 'train', length: TRAIN }),
    test: drawScenes({ split: 'test', length: TEST, secret: testSecret }),
    showcase: drawScenes({ split: 'showcase', length: SHOWCASE }),
  }),
);
