/** An overall ranking by hand: wins, Borda points, win rates, means, what is missing, ties, and what leaving a network out does. */
import { type Contest, overall } from '@topiary/stats';
import { describe, expect, it } from 'vitest';

/** Methods that stand by their numbers, apart from those whose first letters are equal, which cannot be told apart. */
const contest = (network: string, target: string, values: Readonly<Record<string, number>>): Contest => ({
  id: `${network} ${target}`,
  network,
  entrants: Object.entries(values).map(([method, value]) => ({ method, value, isControl: method === 'random' })),
  isBetter: (first, second) => first[0] !== second[0] && values[first]! > values[second]!,
});

const byName = (contests: readonly Contest[], by: 'borda' | 'mean' | 'win-rate' = 'borda') =>
  Object.fromEntries(overall(contests, { by, direction: 'higher' }).map((row) => [row.method, row]));

describe('an overall ranking', () => {
  const whole = [
    contest('a', '2x', { x1: 90, x2: 89, y: 80, random: 70 }),
    contest('b', '2x', { x1: 60, x2: 75, y: 70, random: 50 }),
  ];

  it('counts a duel as won where the ranking tells the two apart, and half where it does not', () => {
    const found = byName(whole);
    // x1: in a level with x2, above y and random; in b level with x2, below y, above random
    expect(found['x1']).toMatchObject({ wins: 3, level: 2, losses: 1, stands: 2, missing: [] });
    expect(found['x1']!.borda).toBeCloseTo((100 * (3 + 1)) / 6, 9);
    expect(found['x1']!.winRate).toBeCloseTo((100 * (3 + 1)) / 6, 9);
    expect(found['x2']).toMatchObject({ wins: 4, level: 2, losses: 0, rank: 1, isTied: false });
    expect(found['random']).toMatchObject({ wins: 0, losses: 6, borda: 0, rank: 4, isControl: true });
    expect(found['y']!.mean).toBe(75);
  });

  it('by its mean is another one', () => {
    expect(overall(whole, { by: 'mean', direction: 'higher' }).map(({ method, mean }) => [method, mean])).toEqual([
      ['x2', 82],
      ['x1', 75],
      ['y', 75],
      ['random', 60],
    ]);
    expect(byName(whole, 'mean')['x1']).toMatchObject({ rank: 2, isTied: true });
    expect(byName(whole, 'mean')['random']).toMatchObject({ rank: 4, isTied: false });
    // of a distance the least is best
    expect(overall(whole, { by: 'mean', direction: 'lower' })[0]!.method).toBe('random');
    // of several metrics there is none
    expect(overall(whole, { by: 'borda', direction: null }).every(({ mean }) => mean === null)).toBe(true);
  });

  it('never puts what is missing first, whatever it is ranked by', () => {
    // z is the best wherever it stands: in one of two rankings
    const gaps = [contest('a', '2x', { z: 99, y: 80, random: 70 }), contest('b', '2x', { y: 70, random: 50 })];
    const [borda, mean, rate] = (['borda', 'mean', 'win-rate'] as const).map((by) => byName(gaps, by));
    // y: 1 + random, 1 + random and z that is absent; z: 2 and nothing
    expect([borda!['y']!.borda, borda!['z']!.borda]).toEqual([75, 50]);
    expect(borda!['y']!.rank).toBe(1);
    expect(mean!['z']).toMatchObject({ rank: null, mean: null, missing: ['b 2x'] });
    expect(overall(gaps, { by: 'mean', direction: 'higher' }).at(-1)!.method).toBe('z');
    // of the duels that it fought it won all, and says what is missing
    expect(rate!['z']).toMatchObject({ rank: 1, winRate: 100, stands: 1, missing: ['b 2x'] });
    // in less than half of the rankings it has no rank at all, and changes nobody's points
    const more = [...gaps, contest('c', '2x', { y: 60, random: 55 })];
    for (const by of ['borda', 'mean', 'win-rate'] as const) {
      const rows = overall(more, { by, direction: 'higher' });
      expect(rows.at(-1), by).toMatchObject({ method: 'z', rank: null, borda: null, winRate: null });
    }
    expect(byName(more)['y']!.borda).toBe(100);
  });

  it('says how far a rank hangs on one network', () => {
    const found = byName(whole);
    // without a: y and x2 cannot be beaten by x1; without b: x1 is level with x2
    expect(found['x1']!.range).toEqual({ from: 1, to: 3 });
    expect(found['random']!.range).toEqual({ from: 4, to: 4 });
    expect(byName([whole[0]!])['x1']!.range).toBeNull();
    expect(overall([], { by: 'borda', direction: 'higher' })).toEqual([]);
  });
});
