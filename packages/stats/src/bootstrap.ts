/**
 * Bootstrap of an accuracy over seeds and test examples together. Examples that the seeds answered alike are exchangeable,
 * so resampling n of them is one multinomial draw over at most 2^seeds patterns, not n draws.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { drawBinomial } from './binomial.js';
import { mean, needValues } from './descriptive.js';
import { type BootstrapOptions, CONFIDENCE, type Interval } from './intervals.js';
import type { Correct } from './paired.js';

interface Pattern {
  /** Of each seed: 1 where it is right on these examples. */
  readonly right: readonly number[];
  readonly count: number;
}

const patternsOf = (runs: readonly Correct[]): Pattern[] => {
  const found = new Map<string, { right: number[]; count: number }>();
  for (let i = 0; i < runs[0]!.length; i += 1) {
    const right = runs.map((run) => Number(run[i]));
    const key = right.join('');
    const pattern = found.get(key) ?? { right, count: 0 };
    pattern.count += 1;
    found.set(key, pattern);
  }
  return [...found.values()];
};

/** Share of right answers in one resample: seeds with replacement, then examples with replacement. */
const resample = (random: RandomGenerator, patterns: readonly Pattern[], seeds: number, n: number): number => {
  const chosen = Array.from({ length: seeds }, () => uniformInt(random, 0, seeds - 1));
  let [right, examplesLeft, countLeft] = [0, n, n];
  for (const pattern of patterns) {
    const drawn = drawBinomial(random, examplesLeft, pattern.count / countLeft);
    right += drawn * chosen.reduce((sum, seed) => sum + pattern.right[seed]!, 0);
    examplesLeft -= drawn;
    countLeft -= pattern.count;
  }
  return right / (n * seeds);
};

/** Percentiles of the share of right answers, mean over seeds; the same seed of the generator gives the same interval. */
export const bootstrapShare = (
  runs: readonly Correct[],
  { seed, resamples = 1000, confidence = CONFIDENCE }: BootstrapOptions,
): Interval => {
  const n = runs[0]?.length ?? 0;
  needValues({ length: n }, 1, 'bootstrapShare');
  const random = xoroshiro128plus(seed);
  const patterns = patternsOf(runs);
  const draws = Float64Array.from({ length: resamples }, () => resample(random, patterns, runs.length, n)).sort();
  const at = (share: number) => draws[Math.round(share * (resamples - 1))]!;
  const tail = (1 - confidence) / 2;
  const value = mean(runs.map((run) => mean(Array.from({ length: n }, (_, i) => Number(run[i])))));
  return { value, low: at(tail), high: at(1 - tail) };
};
