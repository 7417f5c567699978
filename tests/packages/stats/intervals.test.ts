/** Intervals against published examples: Newcombe 1998 (both papers), Student's sleep data (1908). */
import {
  bootstrapInterval,
  mean,
  median,
  newcombeInterval,
  standardDeviation,
  studentInterval,
  welchInterval,
  wilsonInterval,
} from '@topiary/stats';
import { describe, expect, it } from 'vitest';

// Student (Biometrika 1908): extra hours of sleep with two drugs, ten patients each.
const FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe('summaries', () => {
  it('are those of the schoolbook example 2, 4, 4, 4, 5, 5, 7, 9', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(values)).toBe(5);
    expect(standardDeviation(values)).toBeCloseTo(Math.sqrt(32 / 7), 14);
    expect(median(values)).toBe(4.5);
    expect(median([3, 1, 2])).toBe(2);
  });

  it('refuse an empty list instead of giving zero', () => {
    expect(() => mean([])).toThrow(/expected 1 values; got 0/);
    expect(() => standardDeviation([1])).toThrow(/expected 2 values; got 1/);
  });
});

describe('wilsonInterval', () => {
  // Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is the published one', (successes, n, low, high) => {
    const interval = wilsonInterval(successes, n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('mirrors when successes and failures change places', () => {
    const [a, b] = [wilsonInterval(3, 40), wilsonInterval(37, 40)];
    expect(a.low).toBeCloseTo(1 - b.high, 14);
    expect(a.high).toBeCloseTo(1 - b.low, 14);
  });
});

describe('intervals of means and differences', () => {
  it('Student: the first drug gives 0.75 hours, −0.5298 to 2.0298', () => {
    const { value, low, high } = studentInterval(FIRST);
    expect(value).toBeCloseTo(0.75, 14);
    expect(low).toBeCloseTo(-0.5297804135, 9);
    expect(high).toBeCloseTo(2.0297804135, 9);
  });

  it('Welch: the drugs differ by −1.58 hours, −3.3655 to 0.2055', () => {
    const { value, low, high } = welchInterval(FIRST, SECOND);
    expect(value).toBeCloseTo(-1.58, 14);
    expect(low).toBeCloseTo(-3.3654832307, 9);
    expect(high).toBeCloseTo(0.2054832307, 9);
  });

  it('Newcombe: 56/70 against 48/80 differ by 0.2, 0.0524 to 0.3339', () => {
    // Newcombe, Statistics in Medicine 17 (1998) 873, table II, example (a), method 10.
    const { value, low, high } = newcombeInterval({ successes: 56, n: 70 }, { successes: 48, n: 80 });
    expect(value).toBeCloseTo(0.2, 14);
    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });
});

describe('bootstrapInterval', () => {
  const values = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 0 : 1));

  it('of many examples comes close to Wilson', () => {
    const resampled = bootstrapInterval(values, { seed: 1 });
    const wilson = wilsonInterval(300, 400);
    expect(resampled.value).toBe(0.75);
    expect(resampled.low).toBeCloseTo(wilson.low, 2);
    expect(resampled.high).toBeCloseTo(wilson.high, 2);
  });

  it('is a function of its seed', () => {
    const options = { seed: 7, resamples: 200 };
    expect(bootstrapInterval(values, options)).toEqual(bootstrapInterval(values, options));
    expect(bootstrapInterval(values, options)).not.toEqual(bootstrapInterval(values, { ...options, seed: 8 }));
  });
});
