/**
 * Which published orderings reproduce: two methods compared on every ranking that holds both, once in the papers and
 * once here. A ranking is one board at one target.
 */
import { mcnemar } from './paired.js';

/** A method's outcome in one ranking; a higher `score` is better. */
export interface Placed {
  readonly method: string;
  readonly score: number;
  /** Rows of one tier cannot be told apart; null where nothing is known but the score. */
  readonly tier: number | null;
}

export interface Ranking {
  /** Board and target. */
  readonly id: string;
  readonly rows: readonly Placed[];
}

/** How often the first of two methods stands above the second. */
export interface Tally {
  readonly above: number;
  readonly below: number;
  /** Equal scores, or one tier. */
  readonly level: number;
}

export type Verdict = 'reproduced' | 'reversed' | 'undecided' | 'untested';

export interface Ordering {
  /** The method that the papers put first, and the other one. */
  readonly first: string;
  readonly second: string;
  readonly published: Tally;
  readonly ours: Tally;
  /** Exact sign test of `ours` against a fair coin, two-sided; rankings in which the two stand level say nothing. */
  readonly p: number;
  readonly verdict: Verdict;
}

export interface OrderingOptions {
  /** Share of the published rankings that must agree before there is an ordering to reproduce (0.75). */
  readonly agreement?: number;
  /** Rankings that must hold both methods (4). */
  readonly least?: number;
  readonly significance?: number;
}

const compare = (a: Placed, b: Placed): keyof Tally => {
  if (a.score === b.score || (a.tier !== null && a.tier === b.tier)) return 'level';
  return a.score > b.score ? 'above' : 'below';
};

/** `first` against `second` over all rankings that hold both. */
export const tally = (rankings: readonly Ranking[], first: string, second: string): Tally => {
  const counts = { above: 0, below: 0, level: 0 };
  for (const { rows } of rankings) {
    const a = rows.find(({ method }) => method === first);
    const b = rows.find(({ method }) => method === second);
    if (a && b) counts[compare(a, b)] += 1;
  }
  return counts;
};

const flipped = ({ above, below, level }: Tally): Tally => ({ above: below, below: above, level });

const verdictOf = ({ above, below, level }: Tally, p: number, significance: number): Verdict => {
  if (above + below + level === 0) return 'untested';
  if (p >= significance) return 'undecided';
  return above > below ? 'reproduced' : 'reversed';
};

/** Every pair of methods on whose order the papers agree, with what became of it here; the clearest first. */
export const orderings = (
  published: readonly Ranking[],
  ours: readonly Ranking[],
  { agreement = 0.75, least = 4, significance = 0.05 }: OrderingOptions = {},
): Ordering[] => {
  const methods = [...new Set(published.flatMap(({ rows }) => rows.map(({ method }) => method)))].sort();
  const found = methods.flatMap((a, i) =>
    methods.slice(i + 1).flatMap((b): Ordering[] => {
      const there = tally(published, a, b);
      const n = there.above + there.below + there.level;
      const isFirst = there.above >= there.below;
      if (n < least || Math.max(there.above, there.below) < agreement * n) return [];
      const [first, second] = isFirst ? [a, b] : [b, a];
      const here = tally(ours, first, second);
      const { p } = mcnemar(here.above, here.below, 'exact');
      const claim = isFirst ? there : flipped(there);
      return [{ first, second, published: claim, ours: here, p, verdict: verdictOf(here, p, significance) }];
    }),
  );
  const share = ({ published: { above, below, level } }: Ordering) => above / (above + below + level);
  return found.sort((x, y) => share(y) - share(x) || x.p - y.p);
};

/** Mean rank of each method over the rankings that hold it: 1 = always first; ties share the mean of their places. */
export const meanRanks = (
  rankings: readonly Ranking[],
): ReadonlyMap<string, { readonly rank: number; readonly n: number }> => {
  const sums = new Map<string, { sum: number; n: number }>();
  for (const { rows } of rankings) {
    for (const { method, score } of rows) {
      const above = rows.filter((other) => other.score > score).length;
      const level = rows.filter((other) => other.score === score).length;
      const entry = sums.get(method) ?? { sum: 0, n: 0 };
      sums.set(method, { sum: entry.sum + above + (level + 1) / 2, n: entry.n + 1 });
    }
  }
  return new Map([...sums].map(([method, { sum, n }]) => [method, { rank: sum / n, n }]));
};

/** Kendall's τ-b of two score lists over the same items: 1 = same order, -1 = opposite; null where one is all ties. */
export const kendall = (x: readonly number[], y: readonly number[]): number | null => {
  let [agree, differ, tiedX, tiedY] = [0, 0, 0, 0];
  for (let i = 0; i < x.length; i += 1) {
    for (let j = i + 1; j < x.length; j += 1) {
      const [p, q] = [Math.sign(x[i]! - x[j]!), Math.sign(y[i]! - y[j]!)];
      if (p === 0 && q === 0) continue;
      if (p === 0) tiedX += 1;
      else if (q === 0) tiedY += 1;
      else if (p === q) agree += 1;
      else differ += 1;
    }
  }
  const scale = Math.sqrt((agree + differ + tiedX) * (agree + differ + tiedY));
  return scale === 0 ? null : (agree - differ) / scale;
};
