/** Fréchet distances of clouds whose answer is known by hand. */
import { frechetDistance, type Moments, momentsOf } from '@topiary/tasks';
import { fillNormal, randomFrom } from '@topiary/zoo';
import { describe, expect, it } from 'vitest';

const diagonal = (mean: number[], variances: number[]): Moments => ({
  mean,
  covariance: variances.map((value, i) => variances.map((_, k) => (i === k ? value : 0))),
});

describe('the Fréchet distance of two normals', () => {
  it('on a line is (μ₁ - μ₂)² + (σ₁ - σ₂)²', () => {
    expect(frechetDistance(diagonal([1], [4]), diagonal([3], [9]))).toBeCloseTo(4 + 1, 12);
  });

  it('of independent features is the sum of theirs', () => {
    const [a, b] = [diagonal([0, 1, 2], [1, 4, 0.25]), diagonal([1, 1, 0], [9, 1, 0.25])];
    expect(frechetDistance(a, b)).toBeCloseTo(1 + 4 + (1 - 3) ** 2 + (2 - 1) ** 2, 12);
  });

  it('of features that go together, whose product of covariances is not symmetric', () => {
    // Tr √(Σ₁Σ₂) of 2×2 matrices is √(Tr(Σ₁Σ₂) + 2 √(det Σ₁ det Σ₂))
    const [a, b] = [
      [
        [2, 1],
        [1, 3],
      ],
      [
        [5, -1],
        [-1, 1],
      ],
    ];
    const product = 2 * 5 + 1 * -1 + (1 * -1 + 3 * 1);
    const trace = Math.sqrt(product + 2 * Math.sqrt(5 * 4));
    const distance = frechetDistance({ mean: [0, 0], covariance: a! }, { mean: [1, 0], covariance: b! });
    expect(distance).toBeCloseTo(1 + 5 + 6 - 2 * trace, 10);
  });

  it('is nothing between a cloud and itself, and the same in both directions', () => {
    const cloud = (seed: string) => momentsOf(fillNormal(new Float32Array(400 * 12), 1, randomFrom(seed)), 12);
    const [a, b] = [cloud('a'), cloud('b')];
    expect(frechetDistance(a, a)).toBeLessThan(1e-9);
    expect(frechetDistance(a, b)).toBeCloseTo(frechetDistance(b, a), 9);
    expect(frechetDistance(a, b)).toBeGreaterThan(0.1);
  });

  it('lives with features that never move', () => {
    expect(frechetDistance(diagonal([0, 0], [1, 0]), diagonal([0, 3], [1, 0]))).toBeCloseTo(9, 12);
  });

  it('refuses clouds of different widths, and one picture', () => {
    expect(() => frechetDistance(diagonal([0], [1]), diagonal([0, 0], [1, 1]))).toThrow(
      expect.objectContaining({ code: 'TOPIARY_TASKS_FEATURES' }),
    );
    expect(() => momentsOf([1, 2], 2)).toThrow(expect.objectContaining({ code: 'TOPIARY_TASKS_FEATURES' }));
  });
});

describe('moments', () => {
  it('are the mean and the unbiased covariance', () => {
    const { mean, covariance } = momentsOf([1, 10, 2, 14, 3, 12, 6, 20], 2);
    expect(mean).toEqual([3, 14]);
    // deviations (-2, -4), (-1, 0), (0, -2), (3, 6)
    expect(covariance).toEqual([
      [14 / 3, 26 / 3],
      [26 / 3, 56 / 3],
    ]);
  });
});
