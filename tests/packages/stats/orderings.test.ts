/** Pairwise orderings, mean ranks and Kendall's tau, against numbers worked out by hand and by SciPy. */
import { kendall, meanRanks, type Ranking, tally } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

const ranking = (
  id: string,
  scores: Readonly<Record<string, number>>,
  tiers: Readonly<Record<string, number>> = {},
): Ranking => ({
  id,
  rows: Object.entries(scores).map(([method, score]) => ({ method, score, tier: tiers[method] ?? null })),
});

describe('tally', () => {
  it('counts rankings that hold both, one tier as level', () => {
    const rankings = [
      ranking('a', { x: 3, y: 2 }),
      ranking('b', { x: 1, y: 2 }),
      ranking('c', { x: 3, y: 2 }, { x: 1, y: 1 }),
      ranking('d', { x: 3 }),
    ];
    expect(tally(rankings, 'x', 'y')).toEqual({ above: 1, below: 1, level: 1 });
  });
});

describe('meanRanks', () => {
  it('shares the mean of tied places', () => {
    const ranks = meanRanks([ranking('a', { x: 3, y: 3, z: 1 }), ranking('b', { x: 1, z: 2 })]);
    expect([ranks.get('x'), ranks.get('y'), ranks.get('z')]).toEqual([
      { rank: (1.5 + 2) / 2, n: 2 },
      { rank: 1.5, n: 1 },
      { rank: 2, n: 2 },
    ]);
  });
});

describe('kendall', () => {
  it('equals scipy.stats.kendalltau', () => {
    expect(kendall([12, 2, 1, 12, 2], [1, 4, 7, 1, 0])).toBeCloseTo(-0.47140452079103173, 12);
    expect(kendall([1, 2, 3], [1, 2, 3])).toBe(1);
    expect(kendall([1, 1], [1, 2])).toBeNull();
  });
});
