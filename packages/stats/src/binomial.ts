/** Draws from the binomial distribution: how many of `n` succeed, each with chance `p`. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { logGamma } from './distributions.js';

/** Counts from 0 upwards along the distribution: few steps where n·p is small. */
const byInversion = (random: RandomGenerator, n: number, p: number): number => {
  const odds = p / (1 - p);
  let chance = (1 - p) ** n;
  let left = uniformFloat64(random);
  let k = 0;
  while (left > chance && k < n) {
    left -= chance;
    chance *= ((n - k) / (k + 1)) * odds;
    k += 1;
  }
  return k;
};

/** Transformed rejection with squeeze, algorithm BTRS (Hörmann 1993), for n·p ≥ 10 and p ≤ 1/2. */
const byRejection = (random: RandomGenerator, n: number, p: number): number => {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const squeeze = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const logOdds = Math.log(p / (1 - p));
  const mode = Math.floor((n + 1) * p);
  const top = logGamma(mode + 1) + logGamma(n - mode + 1);
  for (;;) {
    const u = uniformFloat64(random) - 0.5;
    const v = uniformFloat64(random);
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + n * p + 0.5);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > n) continue;
    const bound = top - logGamma(k + 1) - logGamma(n - k + 1) + (k - mode) * logOdds;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
};

export const drawBinomial = (random: RandomGenerator, n: number, p: number): number => {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(random, n, 1 - p);
  return n * p < 10 ? byInversion(random, n, p) : byRejection(random, n, p);
};
