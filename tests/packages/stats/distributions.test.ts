/** Distributions against printed tables (Abramowitz and Stegun 26.10; values to more digits from SciPy 1.17). */
import {
  fairBinomial,
  incompleteBeta,
  logGamma,
  normalCritical,
  normalTwoSided,
  studentCritical,
  studentTwoSided,
} from '@topiary/stats';
import { describe, expect, it } from 'vitest';

describe('Student and normal distributions', () => {
  it.each([
    [0.95, 1, 12.706204736174694],
    [0.95, 2, 4.302652729749462],
    [0.95, 10, 2.228138851986274],
    [0.99, 5, 4.032142983555228],
    [0.95, 17.776, 2.102821310380221],
    [0.95, 1000, 1.9623390808264083],
  ])('t holding %f with %f degrees of freedom is in the table', (confidence, df, t) => {
    expect(studentCritical(confidence, df)).toBeCloseTo(t, 9);
    expect(studentTwoSided(t, df)).toBeCloseTo(1 - confidence, 11);
  });

  it.each([
    [0.9, 1.6448536269514722],
    [0.95, 1.959963984540054],
    [0.99, 2.5758293035489004],
    [0.999, 3.2905267314919255],
  ])('z holding %f is in the table', (confidence, z) => {
    expect(normalCritical(confidence)).toBeCloseTo(z, 9);
    expect(normalTwoSided(z)).toBeCloseTo(1 - confidence, 12);
  });
});

describe('special functions', () => {
  it('ln gamma meets its known values', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
    expect(logGamma(10)).toBeCloseTo(Math.log(362880), 11);
    expect(logGamma(10001) / 82108.92783681436).toBeCloseTo(1, 13);
  });

  it('the incomplete beta function is a polynomial for whole arguments', () => {
    // I_x(2, 3) = 6x² − 8x³ + 3x⁴
    for (const x of [0.1, 0.35, 0.5, 0.9]) {
      expect(incompleteBeta(x, 2, 3)).toBeCloseTo(6 * x ** 2 - 8 * x ** 3 + 3 * x ** 4, 13);
    }
  });

  it('four fair coins fall 1, 4, 6, 4, 1 in 16', () => {
    const expected = [1, 4, 6, 4, 1];
    fairBinomial(4).forEach((p, k) => {
      expect(p).toBeCloseTo(expected[k]! / 16, 13);
    });
    expect(fairBinomial(10_000).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  });
});
