/** Mixup and CutMix against their definitions, element by element, and the moments of the Beta distribution. */
import { type Batch, type MixSettings, mixer } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';

const DIMS = [2, 6, 8] as const;
const PIXELS = 2 * 6 * 8;

/** No two elements are equal; the labels are the pictures' numbers. */
const numbered = (size: number): Batch => ({
  images: Float32Array.from({ length: size * PIXELS }, (_, i) => i),
  labels: Int32Array.from({ length: size }, (_, i) => i),
  size,
});

const mixed = (settings: MixSettings, count: number, size = 5) => {
  const mix = mixer(settings, DIMS, 3)!;
  return Array.from({ length: count }, () => mix(numbered(size)));
};

/** The share of a picture's own class: its label goes first where it has the larger one. */
const ownShare = ({ labels, shares }: ReturnType<typeof mixed>[number], i: number): number =>
  labels[i] === i ? shares[i]! : 1 - shares[i]!;

describe('mixup', () => {
  it('adds each picture and its partner by their shares', () => {
    for (const batch of mixed({ mixup: 0.8, cutmix: 0 }, 20)) {
      for (let i = 0; i < 5; i += 1) {
        const [partner, share] = [4 - i, i === 2 ? 1 : ownShare(batch, i)];
        for (const p of [0, 17, PIXELS - 1]) {
          const expected = share * (i * PIXELS + p) + (1 - share) * (partner * PIXELS + p);
          expect(batch.images[i * PIXELS + p]).toBeCloseTo(expected, 3);
        }
      }
    }
  });

  it('draws shares from Beta(α, α): (2λ - 1)² has the mean 1 / (2α + 1)', () => {
    for (const alpha of [0.05, 0.4, 1, 2]) {
      const squares = mixed({ mixup: alpha, cutmix: 0 }, 3000, 1).map(({ shares }) => (2 * shares[0]! - 1) ** 2);
      const mean = squares.reduce((a, b) => a + b, 0) / squares.length;
      // The standard error is below 0.0065 for each α.
      expect(Math.abs(mean - 1 / (2 * alpha + 1)), `α = ${alpha}`).toBeLessThan(0.02);
    }
  });
});

describe('CutMix', () => {
  it('exchanges the same box of each picture and its partner, and counts what stayed', () => {
    let cut = 0;
    for (const batch of mixed({ mixup: 0, cutmix: 1 }, 40)) {
      const owner = (i: number, p: number) => Math.floor(batch.images[i * PIXELS + p]! / PIXELS);
      const inside = Array.from({ length: PIXELS }, (_, p) => owner(0, p) === 4);
      const rows = new Set(inside.flatMap((yes, p) => (yes ? [Math.floor(p / 8)] : [])));
      const columns = new Set(inside.flatMap((yes, p) => (yes ? [p % 8] : [])));
      expect(inside.filter(Boolean).length).toBe(rows.size * columns.size);
      cut += rows.size > 0 ? 1 : 0;
      for (let i = 0; i < 5; i += 1) {
        for (let p = 0; p < PIXELS; p += 1) {
          expect(batch.images[i * PIXELS + p]).toBe((inside[p] ? 4 - i : i) * PIXELS + p);
        }
        if (i !== 2) expect(ownShare(batch, i)).toBeCloseTo(inside.filter((yes) => !yes).length / PIXELS, 6);
      }
    }
    expect(cut).toBeGreaterThan(20);
  });
});

describe('a mixer', () => {
  it('names the class with the larger share first, and both of every picture', () => {
    for (const { labels, partners, shares } of mixed({ mixup: 1, cutmix: 1 }, 50)) {
      expect(shares.every((share) => share >= 0.5 && share <= 1)).toBe(true);
      labels.forEach((label, i) => {
        expect([label, partners[i]!].sort()).toEqual([i, 4 - i].sort());
      });
    }
  });

  it('takes either way half of the time where both are asked for', () => {
    const isCut = ({ images }: Batch) => images.every((value) => Number.isInteger(value));
    const cuts = mixed({ mixup: 1, cutmix: 1 }, 400).filter(isCut).length;
    // Binomial(400, 1/2) has a deviation of 10; that mixup gives whole numbers alone does not happen.
    expect(Math.abs(cuts - 200)).toBeLessThan(40);
  });

  it('repeats itself under a seed and is absent where nothing is to be mixed', () => {
    expect(mixed({ mixup: 1, cutmix: 1 }, 5)).toEqual(mixed({ mixup: 1, cutmix: 1 }, 5));
    expect(mixer({ mixup: 0, cutmix: 0 }, DIMS, 3)).toBeNull();
  });
});
