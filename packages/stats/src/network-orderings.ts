/**
 * Which published orderings hold across networks. The network is the unit: its targets share weights and data, so their
 * differences become one mean, and a t test runs over networks. All pairs form one family (Holm), for what is told apart and
 * for what is shown to be level. A pair that is neither has *no power*, and says how many networks would decide it.
 */
import { mean, standardDeviation } from './descriptive.js';
import { studentTwoSided } from './distributions.js';
import { holm } from './holm.js';
import { CONFIDENCE, type Estimate, studentInterval } from './intervals.js';
import { type OrderingOptions, type Ranking, type Tally, tally } from './orderings.js';
import { studentQuantile } from './student-quantile.js';

/** A method's outcome in one ranking of a network; a higher score is better (for shares, the logarithm of the odds). */
export interface NetworkScore {
  readonly network: string;
  /** One target on one test split: scores of two rankings do not compare. */
  readonly ranking: string;
  readonly method: string;
  readonly score: number;
}

export interface NetworkOrdering {
  /** The method that the papers put first, and the other one. */
  readonly first: string;
  readonly second: string;
  readonly published: Tally;
  /** Networks that hold both, and on how many of them the first is ahead. */
  readonly networks: number;
  readonly ahead: number;
  /** First minus second, mean over networks; bounds where there are two networks. */
  readonly difference: Estimate;
  /** Corrected over all pairs; null: fewer than two networks. */
  readonly p: number | null;
  readonly verdict: 'reproduced' | 'reversed' | 'level' | 'no power' | 'untested';
  /** Networks that would decide it, if they differ as those did; null: decided, or more than `mostNetworks`. */
  readonly needs: number | null;
}

export interface NetworkOrderingOptions extends OrderingOptions {
  /** Methods whose difference lies within this are level, on the scale of the scores. */
  readonly margin: number;
  readonly power?: number;
  readonly mostNetworks?: number;
}

const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
};

/** One difference per network: the mean over the rankings that hold both. */
export const networkDifferences = (scores: readonly NetworkScore[], first: string, second: string): number[] =>
  [...groupBy(scores, ({ network }) => network).values()].flatMap((own) => {
    const differences = [...groupBy(own, ({ ranking }) => ranking).values()].flatMap((same) => {
      const a = same.find(({ method }) => method === first);
      const b = same.find(({ method }) => method === second);
      return a && b ? [a.score - b.score] : [];
    });
    return differences.length > 0 ? [mean(differences)] : [];
  });

const pOf = (differences: readonly number[]): number => {
  const [centre, spread] = [mean(differences), standardDeviation(differences)];
  if (centre === 0) return 1;
  return spread === 0
    ? 0
    : studentTwoSided((Math.abs(centre) * Math.sqrt(differences.length)) / spread, differences.length - 1);
};

/**
 * That the difference lies within the margin: the worse of two one-sided tests against its ends (Schuirmann 1987), doubled, so
 * that a pair by itself is level where its 95 % interval lies within the margin, as the interval beside it shows.
 */
const levelP = (differences: readonly number[], margin: number): number => {
  const [room, spread] = [margin - Math.abs(mean(differences)), standardDeviation(differences)];
  if (room <= 0) return 1;
  return spread === 0 ? 0 : studentTwoSided((room * Math.sqrt(differences.length)) / spread, differences.length - 1);
};

/** The least number of networks that shows the difference, or that there is none beyond the margin. */
const needed = (
  differences: readonly number[],
  level: number,
  { margin, power = 0.8, mostNetworks = 100 }: NetworkOrderingOptions,
): number | null => {
  if (differences.length < 2) return null;
  const [size, spread] = [Math.max(Math.abs(mean(differences)), margin), standardDeviation(differences)];
  for (let n = differences.length + 1; n <= mostNetworks; n += 1) {
    const t = studentQuantile(1 - level, n - 1) + studentQuantile(2 * power - 1, n - 1);
    if ((t * spread) / Math.sqrt(n) <= size) return n;
  }
  return null;
};

interface Claim {
  readonly first: string;
  readonly second: string;
  readonly published: Tally;
}

const claimsOf = (published: readonly Ranking[], { agreement = 0.75, least = 4 }: OrderingOptions): Claim[] => {
  const methods = [...new Set(published.flatMap(({ rows }) => rows.map(({ method }) => method)))].sort();
  return methods.flatMap((a, i) =>
    methods.slice(i + 1).flatMap((b): Claim[] => {
      const there = tally(published, a, b);
      const n = there.above + there.below + there.level;
      if (n < least || Math.max(there.above, there.below) < agreement * n) return [];
      const [first, second] = there.above >= there.below ? [a, b] : [b, a];
      return [{ first, second, published: tally(published, first, second) }];
    }),
  );
};

/** p values after the correction. */
interface Corrected {
  readonly apart: number;
  readonly level: number;
}

const verdictOf = (value: number, p: Corrected | undefined, significance: number): NetworkOrdering['verdict'] => {
  if (p === undefined) return 'no power';
  if (p.apart < significance) return value > 0 ? 'reproduced' : 'reversed';
  return p.level < significance ? 'level' : 'no power';
};

/** Every pair on whose order the papers agree, with what the project's own networks say of it. */
export const networkOrderings = (
  published: readonly Ranking[],
  ours: readonly NetworkScore[],
  options: NetworkOrderingOptions,
): NetworkOrdering[] => {
  const significance = options.significance ?? 0.05;
  const claims = claimsOf(published, options).map((claim) => ({
    ...claim,
    differences: networkDifferences(ours, claim.first, claim.second),
  }));
  const testable = claims.filter(({ differences }) => differences.length > 1);
  const ps = holm(testable.map(({ differences }) => pOf(differences)));
  const levels = holm(testable.map(({ differences }) => levelP(differences, options.margin)));
  const corrected = new Map(
    testable.map((claim, i): [Claim, Corrected] => [claim, { apart: ps[i]!, level: levels[i]! }]),
  );
  const level = significance / Math.max(1, ps.filter((p) => p >= significance).length);
  return claims.map((claim): NetworkOrdering => {
    const { differences, ...rest } = claim;
    const tested = corrected.get(claim);
    const p = tested?.apart ?? null;
    const counts = { networks: differences.length, ahead: differences.filter((d) => d > 0).length };
    if (counts.networks === 0) {
      const difference = { value: 0, low: null, high: null };
      return { ...rest, ...counts, difference, p: null, verdict: 'untested', needs: null };
    }
    const value = mean(differences);
    const difference = p === null ? { value, low: null, high: null } : studentInterval(differences, CONFIDENCE);
    const verdict = verdictOf(value, tested, significance);
    const needs = verdict === 'no power' ? needed(differences, level, options) : null;
    return { ...rest, ...counts, difference, p, verdict, needs };
  });
};
