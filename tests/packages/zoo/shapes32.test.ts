/** shapes32 is the same bytes everywhere, balanced, and its test split can be made secret. */
import { createHash } from 'node:crypto';
import { type MemorySplit, Shapes32, splitHash } from '@topiary/zoo';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawShapes } from '../../../packages/zoo/src/datasets/shapes32.js';
import { randomFrom } from '../../../packages/zoo/src/random.js';
import { SHAPES } from '../../../packages/zoo/src/render/shapes.js';

const draw = (n: number) => drawShapes(n, randomFrom('test'));
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('shapes32', () => {
  let open: { train: MemorySplit; test: MemorySplit };
  beforeAll(async () => {
    open = await Shapes32.open({ dataDir: '' });
  });

  it('draws the same bytes on every machine', () => {
    // Recorded with the data set that the shipped network was trained on; a change here asks for a new VERSION.
    expect(hash(draw(200).pixels)).toBe('479c926bae3a6dfbecc93c158b188e6e778e759a0f871ebe5378811444c8b1d2');
  });

  it('begins a longer stream with the pictures of a shorter one', () => {
    expect(draw(30).pixels.subarray(0, 10 * 3072)).toEqual(draw(10).pixels);
  });

  it('has as many pictures of each class in both splits, and at least 4,000 to test on', () => {
    const { train, test } = open;
    expect(test.length).toBeGreaterThanOrEqual(4000);
    expect(train.length).toBeGreaterThanOrEqual(10_000);
    for (const split of [train, test]) {
      const counts = new Array<number>(10).fill(0);
      for (const label of split.labels) counts[label]! += 1;
      expect(new Set(counts)).toEqual(new Set([split.length / 10]));
      expect(split.pixels.length).toBe(split.length * 3 * 32 * 32);
    }
  });

  it('keeps the training split and changes the test split under a secret', async () => {
    const secret = await Shapes32.open({ dataDir: '', testSecret: 'one' });
    expect(splitHash(secret.train)).toBe(splitHash(open.train));
    expect(splitHash(secret.test)).not.toBe(splitHash(open.test));
    const first = (key: string) => hash(drawShapes(10, randomFrom('test', key)).pixels);
    expect(first('one')).toBe(first('one'));
    expect(first('one')).not.toBe(first('two'));
  });

  it('has no picture of the test split in the training split', () => {
    const { train, test } = open;
    const pictures = (pixels: Uint8Array) =>
      Array.from({ length: pixels.length / 3072 }, (_, i) => hash(pixels.subarray(i * 3072, (i + 1) * 3072)));
    const seen = new Set(pictures(train.pixels));
    expect(seen.size).toBe(train.length);
    expect(pictures(test.pixels).filter((picture) => seen.has(picture))).toEqual([]);
  });
});

describe('shapes', () => {
  /** Distances by hand: the centre, and a point on the edge. */
  it.each([
    ['disc', [0, 0], -0.8],
    ['disc', [0.48, 0.64], 0],
    ['ring', [0, 0], 0.46],
    ['ring', [0, 0.86], 0],
    ['square', [0.72, 0.1], 0],
    ['frame', [0, 0], 0.43],
    ['frame', [0.6, 0], -0.17],
    ['triangle', [0, 0.5], 0],
    ['triangle', [0, -1], 0],
    ['hexagon', [0, 0.76], 0],
    ['cross', [0.88, 0], 0],
    ['cross', [0.6, 0.6], 0.33],
    ['crescent', [0.42, 0], 0.7],
    ['crescent', [-0.88, 0], 0],
    ['ell', [0.5, 0.5], 0.66],
  ] as const)('%s at %j is %d from its edge', (name, [u, v], expected) => {
    expect(SHAPES[name].distance(u, v)).toBeCloseTo(expected, 12);
  });

  it('makes the star five times symmetric: turning by 72° changes nothing', () => {
    const [cos, sin] = [Math.cos((2 * Math.PI) / 5), Math.sin((2 * Math.PI) / 5)];
    for (const [u, v] of [
      [0.3, 0.2],
      [-0.7, 0.4],
      [0.1, -0.9],
    ] as const) {
      expect(SHAPES.star.distance(cos * u - sin * v, sin * u + cos * v)).toBeCloseTo(SHAPES.star.distance(u, v), 12);
    }
  });
});
