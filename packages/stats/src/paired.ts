/** Exact paired tests on per-example correctness: McNemar for two runs, sign flips for means over seeds. */
import { TopiaryError } from '@topiary/errors';
import { fairBinomial } from './distributions.js';

export interface TestResult {
  /** Two-sided; see each test for its convention on ties with the observed value. */
  readonly p: number;
  /** `exact` counts the whole of an equally extreme outcome, `mid-p` half of it. */
  readonly convention: 'exact' | 'mid-p';
}

const twoSided = (beyond: number, equal: number, convention: TestResult['convention']): TestResult => ({
  p: Math.min(1, beyond + (convention === 'exact' ? equal : equal / 2)),
  convention,
});

/**
 * McNemar's test given the discordant pairs: `onlyFirst` right in the first run alone, `onlySecond` in the second.
 * Mid-p is the default (Fagerland, Lydersen and Laake 2013): the exact form is needlessly conservative.
 */
export const mcnemar = (
  onlyFirst: number,
  onlySecond: number,
  convention: TestResult['convention'] = 'mid-p',
): TestResult => {
  const n = onlyFirst + onlySecond;
  if (n === 0 || onlyFirst === onlySecond) return { p: 1, convention };
  const chance = fairBinomial(n);
  const extreme = Math.min(onlyFirst, onlySecond);
  let beyond = 0;
  for (let k = 0; k < extreme; k += 1) beyond += chance[k]!;
  return twoSided(2 * beyond, 2 * chance[extreme]!, convention);
};

/** A distribution over the integers `from`, `from + step`, …. */
interface Lattice {
  readonly from: number;
  readonly step: number;
  readonly chance: Float64Array;
}

/** The sum of `count` independent ±size. Terms beyond 9 standard deviations weigh less than a rounding error. */
const flips = (size: number, count: number): Lattice => {
  const chance = fairBinomial(count);
  const reach = Math.ceil(4.5 * Math.sqrt(count)) + 1;
  const first = Math.max(0, Math.floor(count / 2) - reach);
  const last = Math.min(count, Math.ceil(count / 2) + reach);
  return { from: size * (2 * first - count), step: 2 * size, chance: chance.subarray(first, last + 1) };
};

const convolve = (a: Lattice, b: Lattice): Lattice => {
  const span = (l: Lattice) => (l.chance.length - 1) * l.step;
  const chance = new Float64Array(span(a) + span(b) + 1);
  for (let i = 0; i < a.chance.length; i += 1) {
    const p = a.chance[i]!;
    if (p === 0) continue;
    for (let j = 0; j < b.chance.length; j += 1) chance[i * a.step + j * b.step]! += p * b.chance[j]!;
  }
  return { from: a.from + b.from, step: 1, chance };
};

/**
 * Sign-flip permutation test (Fisher 1935): under the null hypothesis each difference is as likely to have the other
 * sign. Differences are whole numbers, so the whole distribution of their sum is built by convolution, not sampled.
 */
export const signFlip = (
  differences: ArrayLike<number>,
  convention: TestResult['convention'] = 'mid-p',
): TestResult => {
  const counts = new Map<number, number>();
  let observed = 0;
  for (let i = 0; i < differences.length; i += 1) {
    const d = differences[i]!;
    if (!Number.isInteger(d)) {
      throw new TopiaryError('TOPIARY_STATS_BAD_INPUT', { where: 'signFlip', expected: 'integers', got: `${d}` });
    }
    observed += d;
    if (d !== 0) counts.set(Math.abs(d), (counts.get(Math.abs(d)) ?? 0) + 1);
  }
  if (observed === 0) return { p: 1, convention };
  const null_ = [...counts].map(([size, count]) => flips(size, count)).reduce(convolve);
  let [beyond, equal] = [0, 0];
  null_.chance.forEach((p, i) => {
    const sum = Math.abs(null_.from + i * null_.step);
    if (sum > Math.abs(observed)) beyond += p;
    else if (sum === Math.abs(observed)) equal += p;
  });
  return twoSided(beyond, equal, convention);
};

/** Correctness of one run: 1 where the example was right. */
export type Correct = ArrayLike<number>;

const totals = (runs: readonly Correct[]): Int32Array => {
  const sums = new Int32Array(runs[0]!.length);
  for (const run of runs) for (let i = 0; i < sums.length; i += 1) sums[i]! += run[i]!;
  return sums;
};

/**
 * Do two methods differ on the same test examples? Each gives one run per seed; an example counts by the mean of its
 * correctness over the seeds (over a common denominator, so that the test stays exact). One seed each: McNemar.
 */
export const pairedTest = (a: readonly Correct[], b: readonly Correct[]): TestResult => {
  const n = a[0]?.length;
  if (n === undefined || [...a, ...b].some((run) => run.length !== n) || b.length === 0) {
    throw new TopiaryError('TOPIARY_STATS_BAD_INPUT', {
      where: 'pairedTest',
      expected: 'runs over the same examples',
      got: `lengths ${[...a, ...b].map((run) => run.length)}`,
    });
  }
  const [x, y] = [totals(a), totals(b)];
  return signFlip(x.map((right, i) => right * b.length - y[i]! * a.length));
};
