/** Orderings across networks, by hand. */
import { type NetworkScore, networkDifferences, networkOrderings, type Ranking, studentTwoSided } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

/** Papers in which x is above y, and z level with nobody. */
const published: Ranking[] = Array.from({ length: 4 }, (_, i) => ({
  id: `paper ${i}`,
  rows: [
    { method: 'x', score: 3, tier: null },
    { method: 'y', score: 2, tier: null },
  ],
}));

/** x minus y on each network, at two targets. */
const scores = (...differences: readonly (readonly [number, number])[]): NetworkScore[] =>
  differences.flatMap((pair, n) =>
    pair.flatMap((difference, t) => [
      { network: `n${n}`, ranking: `${2 + 2 * t}x`, method: 'x', score: 10 * n + difference },
      { network: `n${n}`, ranking: `${2 + 2 * t}x`, method: 'y', score: 10 * n },
    ]),
  );

const only = (ours: readonly NetworkScore[], margin = 0.5) => networkOrderings(published, ours, { margin })[0]!;

describe('orderings across networks', () => {
  it('take one difference from each network: its targets are not independent', () => {
    const ours = scores([1, 3], [2, 2]);
    expect(networkDifferences(ours, 'x', 'y')).toEqual([2, 2]);
    // at the target that only one of them has, there is nothing to compare
    const torn = ours.filter(
      ({ network, ranking, method }) => !(network === 'n0' && ranking === '4x' && method === 'y'),
    );
    expect(networkDifferences(torn, 'x', 'y')).toEqual([1, 2]);
  });

  it('are reproduced or reversed by a t test over networks', () => {
    const found = only(scores([2, 2], [3, 3], [4, 4], [3, 3]));
    // mean 3, deviation √(2/3), t = 3 · 2 / 0.8165
    expect(found.p).toBeCloseTo(studentTwoSided(6 / Math.sqrt(2 / 3), 3), 12);
    expect(found).toMatchObject({ first: 'x', second: 'y', networks: 4, ahead: 4, verdict: 'reproduced', needs: null });
    expect(only(scores([-2, -2], [-3, -3], [-4, -4], [-3, -3])).verdict).toBe('reversed');
  });

  it('are level where the whole interval lies within the margin', () => {
    expect(only(scores([0.1, 0], [0, 0.1], [0, -0.1], [-0.1, 0])).verdict).toBe('level');
  });

  it('are level by themselves where the 95 % interval is, and of three pairs where one of 98.3 % is', () => {
    const three = published.map((ranking) => ({
      ...ranking,
      rows: [...ranking.rows, { method: 'z', score: 1, tier: null }],
    }));
    // mean 0, deviation 0.1155, of four networks: the half of the 95 % interval is 3.182 · 0.0577 = 0.184, and of the
    // 98.3 % one, as three pairs need, 4.857 · 0.0577 = 0.280 (t with three degrees, from a table)
    const ours = scores([0.1, 0.1], [-0.1, -0.1], [0.1, 0.1], [-0.1, -0.1]);
    // z is so far off that nobody is level with it
    const far = ours.flatMap((one) => (one.method === 'y' ? [{ ...one, method: 'z', score: one.score - 9 }] : []));
    const verdict = (margin: number, family: readonly Ranking[]) =>
      networkOrderings(family, [...ours, ...far], { margin }).find(({ second }) => second === 'y')!.verdict;
    expect([0.18, 0.19].map((margin) => verdict(margin, published))).toEqual(['no power', 'level']);
    expect([0.19, 0.27, 0.29].map((margin) => verdict(margin, three))).toEqual(['no power', 'no power', 'level']);
  });

  it('have no power where neither is shown, and say how many networks would decide', () => {
    const found = only(scores([5, 5], [-3, -3], [1, 1], [2, 2]));
    expect(found.verdict).toBe('no power');
    // mean 1.25, deviation 3.30: (t + t₀.₈) 3.30 / √n ≤ 1.25 at about (1.96 + 0.84)² · 7.0 = 55
    expect(found.needs).toBeGreaterThan(54);
    expect(found.needs).toBeLessThan(60);
  });

  it('have no power on one network, and none at all are untested', () => {
    expect(only(scores([2, 2]))).toMatchObject({ networks: 1, p: null, verdict: 'no power', needs: null });
    expect(only([])).toMatchObject({ networks: 0, verdict: 'untested' });
  });

  it('are corrected over all pairs on which the papers agree', () => {
    const three = published.map((ranking) => ({
      ...ranking,
      rows: [...ranking.rows, { method: 'z', score: 1, tier: null }],
    }));
    const ours = scores([2, 2], [3, 3], [4, 4], [3, 3]);
    const rest = ours.flatMap((one) => (one.method === 'y' ? [{ ...one, method: 'z' }] : []));
    const found = networkOrderings(three, [...ours, ...rest], { margin: 0.5 });
    expect(found).toHaveLength(3);
    const alone = only(ours).p!;
    expect(found.find(({ first, second }) => first === 'x' && second === 'y')!.p).toBeCloseTo(3 * alone, 12);
  });
});
