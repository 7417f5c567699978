/** shapes16 is the same bytes everywhere, balanced, and its classes look as they are called. */
import { createHash } from 'node:crypto';
import { randomFrom, Shapes16, splitHash } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';
import { drawShapes16, SHAPES16 } from '../../../packages/zoo/src/datasets/shapes16.js';

const draw = (n: number) => drawShapes16(n, randomFrom('test'));
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('shapes16', () => {
  it('draws the same bytes on every machine', () => {
    // Recorded with the data set that the shipped denoiser was trained on; a change here asks for a new VERSION.
    expect(hash(draw(200).pixels)).toBe('b47a88ef1ee4f180921d6f0562df691321eef4f75449359f1c0475c0f2d09cf9');
  });

  it('begins a longer stream with the pictures of a shorter one', () => {
    expect(draw(30).pixels.subarray(0, 10 * 256)).toEqual(draw(10).pixels);
  });

  it('has as many pictures of each class, and enough for reference statistics; a secret changes the test split alone', async () => {
    const [open, secret] = [
      await Shapes16.open({ dataDir: '' }),
      await Shapes16.open({ dataDir: '', testSecret: 'one' }),
    ];
    expect([open.train.length, open.test.length]).toEqual([50_000, 10_000]);
    for (const { labels } of [open.train, open.test]) {
      const counts = new Array<number>(10).fill(0);
      for (const label of labels) counts[label]! += 1;
      expect(new Set(counts)).toEqual(new Set([labels.length / 10]));
    }
    expect(splitHash(secret.train)).toBe(splitHash(open.train));
    expect(splitHash(secret.test)).not.toBe(splitHash(open.test));
  });

  it('has a shape that is brighter than its ground, with a border of ground around', () => {
    const { pixels } = draw(100);
    for (let i = 0; i < 100; i += 1) {
      const one = [...pixels.subarray(i * 256, (i + 1) * 256)];
      const border = one.filter((_, at) => at % 16 === 0 || at % 16 === 15 || at < 16 || at >= 240);
      expect(Math.max(...border)).toBeLessThan(Math.max(...one) - 50);
    }
  });

  /** Distances by hand: the centre, and a point on the edge. */
  it.each([
    ['disc', [0.48, 0.64], 0],
    ['ring', [0, 0.88], 0],
    ['frame', [0.62, 0], -0.18],
    ['diamond', [0.64 * Math.SQRT2, 0], 0],
    ['diamond', [0, 0], -0.64],
    ['vertical', [0, 0.95], 0],
    ['horizontal', [0, 0.95], 0.7],
    ['plus', [0.9, 0], 0],
    ['diagonal', [0.95 * Math.SQRT1_2, 0.95 * Math.SQRT1_2], 0],
    ['diagonal', [0.5, -0.5], Math.SQRT1_2 - 0.25],
    ['cross', [0.9 * Math.SQRT1_2, -0.9 * Math.SQRT1_2], 0],
  ] as const)('%s at %j is %d from its edge', (name, [u, v], expected) => {
    expect(SHAPES16[name].distance(u, v)).toBeCloseTo(expected, 12);
  });
});
