/** Batches: order, windows, mirrors, normalisation. */

import { type Batch, batches, inMemory, inOrder, normalized } from '@topiary/zoo';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Pictures whose every byte is different within a picture: value = 16 · index + position (one channel, 4×4). */
const numbered = (length: number) =>
  inMemory({
    dims: [1, 4, 4],
    pixels: Uint8Array.from({ length: length * 16 }, (_, i) => i),
    labels: Uint8Array.from({ length }, (_, i) => i),
    mean: [0],
    std: [1 / 255],
  });

const all = async (source: AsyncIterable<Batch>): Promise<Batch[]> => {
  const found: Batch[] = [];
  for await (const batch of source) found.push(batch);
  return found;
};

const taken = (options: Partial<Parameters<typeof batches>[1]> = {}, length = 10) =>
  all(batches(numbered(length), { batch: 4, steps: 5, seed: 1, ...options }));

describe('batches', () => {
  it('shows every picture once per epoch, also where an epoch ends inside a batch', async () => {
    const seen = (await taken({ batch: 4, steps: 5 })).flatMap(({ labels }) => [...labels]);
    expect([...seen.slice(0, 10)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...seen.slice(10)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(seen.slice(0, 10)).not.toEqual(seen.slice(10));
  });

  it('may be larger than the split', async () => {
    expect((await taken({ batch: 25, steps: 1 }))[0]!.labels.length).toBe(25);
  });

  it('is the same under the same seed and different under another', async () => {
    const augment = { crop: 1, flip: true };
    expect(await taken({ augment })).toEqual(await taken({ augment }));
    expect(await taken({ augment, seed: 2 })).not.toEqual(await taken({ augment }));
  });

  it('draws the same order with and without augmentation', async () => {
    const order = async (options: object) => (await taken(options)).map(({ labels }) => [...labels]);
    expect(await order({ augment: { crop: 2, flip: true } })).toEqual(await order({}));
  });

  it('cuts a window out of the picture with a black border, sometimes mirrored', async () => {
    const border = (image: number, y: number, x: number) =>
      y < 0 || y >= 4 || x < 0 || x >= 4 ? 0 : (16 * image + 4 * y + x) % 256;
    const candidates = (image: number) => {
      const found: string[] = [];
      for (let top = -2; top <= 2; top += 1)
        for (let left = -2; left <= 2; left += 1)
          for (const mirrored of [false, true])
            found.push(
              Array.from({ length: 16 }, (_, i) => {
                const [y, x] = [Math.floor(i / 4), i % 4];
                return border(image, y + top, (mirrored ? 3 - x : x) + left);
              }).join(),
            );
      return found;
    };
    const many = await taken({ batch: 10, steps: 100, augment: { crop: 2, flip: true } });
    const kinds = new Set<number>();
    for (const { images, labels } of many) {
      labels.forEach((label, i) => {
        const kind = candidates(label).indexOf(Array.from(images.subarray(16 * i, 16 * i + 16), Math.round).join());
        expect(kind).toBeGreaterThanOrEqual(0);
        kinds.add(kind);
      });
    }
    expect(kinds.size).toBe(50);
  });

  it('normalises by (v / 255 - mean) / std per channel', async () => {
    const split = inMemory({
      dims: [2, 1, 2],
      pixels: Uint8Array.of(0, 255, 51, 102),
      labels: Uint8Array.of(3),
      mean: [0.5, 0.2],
      std: [0.25, 0.1],
    });
    const { images, labels } = (await all(inOrder(split, 8)))[0]!;
    for (const [i, value] of [-2, 2, 0, 2].entries()) expect(images[i]).toBeCloseTo(value, 6);
    expect([...labels]).toEqual([3]);
    expect((await all(inOrder(normalized(split, [0, 0], [1, 1]), 8)))[0]!.images[2]).toBeCloseTo(0.2, 6);
  });
});

describe('inOrder', () => {
  it('gives the whole split in its own order, whatever the batch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), async (length, batch) => {
        const whole = await all(inOrder(numbered(length), batch));
        expect(whole.flatMap(({ labels }) => [...labels])).toEqual(Array.from({ length }, (_, i) => i));
        expect(whole.every(({ images, size }) => images.length === size * 16)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
