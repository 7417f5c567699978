/**
 * Orderings of methods over many rankings, a ranking being one board at one target: how often one stands above another, mean
 * ranks, and how far two orders agree.
 */
import { sharedPlaces } from './shared-places.js';

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

/** Mean rank of each method over the rankings that hold it: 1 = always first; ties share the mean of their places. */
export const meanRanks = (
  rankings: readonly Ranking[],
): ReadonlyMap<string, { readonly rank: number; readonly n: number }> => {
  const sums = new Map<string, { sum: number; n: number }>();
  for (const { rows } of rankings) {
    const places = sharedPlaces(rows.map(({ score }) => score));
    for (const [i, { method }] of rows.entries()) {
      const entry = sums.get(method) ?? { sum: 0, n: 0 };
      sums.set(method, { sum: entry.sum + places[i]!, n: entry.n + 1 });
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
