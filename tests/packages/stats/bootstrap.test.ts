/** Draws against exact moments and probabilities; the bootstrap against the plain one that resamples example by example. */
import { bootstrapInterval, bootstrapShare, drawBinomial, wilsonInterval } from '@topiary/stats';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';

describe('drawBinomial', () => {
  it.each([
    [20, 0.1],
    [40, 0.5],
    [4000, 0.87],
    [1000, 0.02],
  ])('of %i at %d has the mean, the variance and the chances of the distribution', (n, p) => {
    const random = xoroshiro128plus(7);
    const draws = Array.from({ length: 20_000 }, () => drawBinomial(random, n, p));
    const mean = draws.reduce((sum, k) => sum + k, 0) / draws.length;
    const variance = draws.reduce((sum, k) => sum + (k - mean) ** 2, 0) / draws.length;
    const [expected, spread] = [n * p, n * p * (1 - p)];
    // five standard errors of either
    expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(spread / draws.length));
    expect(Math.abs(variance / spread - 1)).toBeLessThan(5 * Math.sqrt(2.5 / draws.length));
    const mode = Math.floor((n + 1) * p);
    const logChance =
      Array.from({ length: mode }, (_, i) => Math.log((n - i) / (i + 1))).reduce((sum, x) => sum + x, 0) +
      mode * Math.log(p) +
      (n - mode) * Math.log(1 - p);
    const share = draws.filter((k) => k === mode).length / draws.length;
    const chance = Math.exp(logChance);
    expect(Math.abs(share - chance)).toBeLessThan(5 * Math.sqrt((chance * (1 - chance)) / draws.length));
  });

  it('takes certain outcomes', () => {
    const random = xoroshiro128plus(1);
    expect([drawBinomial(random, 0, 0.3), drawBinomial(random, 9, 0), drawBinomial(random, 9, 1)]).toEqual([0, 0, 9]);
  });
});

describe('bootstrapShare', () => {
  const bits = (n: number, right: (i: number) => boolean) => Uint8Array.from({ length: n }, (_, i) => Number(right(i)));

  it('of one seed agrees with the plain bootstrap over examples, and nearly with Wilson', () => {
    const run = bits(2000, (i) => i % 10 !== 0);
    const fast = bootstrapShare([run], { seed: 3, resamples: 4000 });
    const plain = bootstrapInterval(run, { seed: 5, resamples: 1000 });
    expect(fast.value).toBe(plain.value);
    expect(Math.abs(fast.low - plain.low)).toBeLessThan(0.002);
    expect(Math.abs(fast.high - plain.high)).toBeLessThan(0.002);
    expect(Math.abs(fast.low - wilsonInterval(1800, 2000).low)).toBeLessThan(0.002);
  });

  it('grows by what the seeds differ, and is the same twice', () => {
    const alike = [0, 1, 2].map(() => bits(4000, (i) => i % 5 !== 0));
    const apart = [0.7, 0.8, 0.9].map((share) => bits(4000, (i) => i < 4000 * share));
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    const narrow = bootstrapShare(alike, { seed: 1 });
    const wide = bootstrapShare(apart, { seed: 1 });
    expect(narrow.value).toBeCloseTo(0.8, 12);
    expect(wide.value).toBeCloseTo(0.8, 12);
    expect(width(wide)).toBeGreaterThan(4 * width(narrow));
    expect(bootstrapShare(apart, { seed: 1 })).toEqual(wide);
    // three seeds drawn from 0.7, 0.8, 0.9: all the same in 3 of 27 cases, so 2.5 % lies near 0.7
    expect(wide.low).toBeLessThan(0.74);
  });
});
