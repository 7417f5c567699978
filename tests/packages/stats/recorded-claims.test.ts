/** Recorded runs beside claims: worked cases of textbooks, and what may not be concluded. */
import { type DifferenceClaim, rankCorrelation, recordedClaims } from '@topiary/stats';
import { describe, expect, it } from 'vitest';
import { normals } from '../../../scripts/experiments/simulated-rows.js';

/** Student's sleep data (1908), extra hours under two drugs by patient: a paired t interval of 0.70 to 2.46, t = 4.06. */
const SLEEP = [
  [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
  [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
] as const;

const asleep = SLEEP.flatMap((hours, drug) => hours.map((value, seed) => ({ drug, seed, extra: { value } })));

const side = (drug: number) => ({ where: { drug }, value: 'extra.value' });
const claim: DifferenceClaim = {
  ...{ kind: 'difference', id: 'sleep', says: 'the second drug makes sleep longer', needs: 'more patients' },
  ...{ first: side(1), second: side(0), expects: 'above' },
};
const one = (
  runs: Parameters<typeof recordedClaims>[0],
  of: Parameters<typeof recordedClaims>[1][number],
  paired = true,
) => recordedClaims(runs, [of], { seed: 'seed', paired })[0]!;

describe('recorded claims', () => {
  it('of pairs have Student’s interval where too few rows are there to borrow from', () => {
    const { value, low, high, n, outcome, needs } = one(asleep, claim);
    expect(value).toBeCloseTo(1.58, 10);
    expect(low!).toBeCloseTo(0.7001142, 6);
    expect(high!).toBeCloseTo(2.4598858, 6);
    expect([n, outcome, needs]).toEqual([10, 'holds', null]);
  });

  it('fail where the other direction is shown, and are undecided where nothing is', () => {
    expect(one(asleep, { ...claim, expects: 'below' })).toMatchObject({ outcome: 'fails', needs: 'more patients' });
    const few = asleep.filter(({ seed }) => seed === 4 || seed === 8);
    expect(one(few, claim)).toMatchObject({ outcome: 'undecided', n: 2, needs: 'more patients' });
  });

  it('say nothing of one seed, and are not recorded without one', () => {
    expect(
      one(
        asleep.filter(({ seed }) => seed === 0),
        claim,
      ),
    ).toMatchObject({ outcome: 'undecided', low: null, n: 1 });
    expect(one([], claim)).toMatchObject({ outcome: 'not recorded', value: null, n: 0 });
  });

  it('compare only seeds that both sides have', () => {
    const cut = asleep.filter(({ drug, seed }) => drug === 0 || seed < 6);
    expect(one(cut, claim)).toMatchObject({ n: 6 });
  });

  it('of nearness hold when the whole interval is near', () => {
    const near = { ...claim, expects: 'near' as const };
    expect(one(asleep, { ...near, margin: 3 }).outcome).toBe('holds');
    expect(one(asleep, { ...near, margin: 2 }).outcome).toBe('undecided');
    expect(one(asleep, { ...near, margin: 0.5 }).outcome).toBe('fails');
  });

  it('name the seeds that would decide', () => {
    // differences 1 and 3: mean 2, variance 2; t(n - 1) √(2/n) < 2 from n = 5 on (2.776 · 0.632 = 1.756; n = 4: 2.25)
    const runs = [1, 3].flatMap((value, seed) => [
      { drug: 0, seed, extra: { value: 0 } },
      { drug: 1, seed, extra: { value } },
    ]);
    expect(one(runs, claim).seeds).toBe(5);
  });

  it('keep the error over examples, however many seeds say the same', () => {
    const runs = Array.from({ length: 6 }, (_, seed) => ({ seed, apart: { mean: -1 + 0.001 * (seed % 2), error: 1 } }));
    const first = { where: {}, value: 'apart.mean', error: 'apart.error' };
    const { low, high, outcome } = one(runs, { ...claim, first, second: null, expects: 'below' });
    expect([low! < -2.9, high! > 0.9, outcome]).toEqual([true, true, 'undecided']);
  });

  it('of a correlation are Spearman’s, with Fisher’s interval', () => {
    // hours of television and IQ, the worked case of the coefficient: ρ = -29/165
    const [iq, hours] = [
      [86, 97, 99, 100, 101, 103, 106, 110, 112, 113],
      [2, 20, 28, 27, 50, 29, 7, 17, 6, 12],
    ];
    expect(rankCorrelation(iq!, hours!)).toBeCloseTo(-29 / 165, 12);
    const runs = iq!.map((before, i) => ({ mask: [i, i + 1], before, after: hours![i]! }));
    const about = { kind: 'correlation', id: 'c', says: '', needs: '', where: [{}], of: 'mask' } as const;
    const found = one(runs, { ...about, values: ['before', 'after'], expects: 0.8 });
    const half = 1.96 * Math.sqrt(1.06 / 7);
    expect(found).toMatchObject({ n: 10, outcome: 'holds' });
    expect(found.high).toBeCloseTo(Math.tanh(Math.atanh(-29 / 165) + half), 12);
  });

  it('of a ratio hold when every run is near', () => {
    const runs = [1.1, 0.9].map((faster) => ({ faster, fewer: 1 }));
    const about = { kind: 'ratio', id: 'r', says: '', needs: 'a calm machine', where: {} } as const;
    const expects = 'near' as const;
    const of = (margin: number) => one(runs, { ...about, values: ['faster', 'fewer'], expects, margin }).outcome;
    expect([of(0.15), of(0.05)]).toEqual(['holds', 'fails']);
    const less = (faster: number) =>
      one([{ faster, fewer: 1 }], { ...about, values: ['faster', 'fewer'], expects: 'below', margin: 0 }).outcome;
    expect([less(0.99), less(1)]).toEqual(['holds', 'fails']);
  });

  it('name a number that is missing', () => {
    expect(() =>
      one(
        [
          { drug: 0, seed: 0 },
          { drug: 1, seed: 0 },
        ],
        claim,
      ),
    ).toThrow(/extra\.value/);
  });
});

/** Eight differences from 0, beside so many shared sides, which vary so many times as much as the others. */
const besideShared = (shared: number): DifferenceClaim[] =>
  Array.from({ length: 8 }, (_, i) => ({
    ...{ kind: 'difference', id: `${i}`, says: '', needs: '', expects: 'below' },
    first: { where: { method: `shared ${i % shared}` }, value: 'x' },
    second: { where: { method: `own ${i}` }, value: 'x' },
  }));

const drawn = (shared: number, times: number, normal: () => number) =>
  Array.from({ length: shared + 8 }, (_, i) => {
    const deviation = (i < shared ? times : 1) * Math.exp(0.8 * normal());
    const method = i < shared ? `shared ${i}` : `own ${i - shared}`;
    return [0, 1, 2].map((seed) => ({ method, seed, x: deviation * normal() }));
  }).flat();

describe('spread borrowed among claims that share sides', () => {
  it.each([0, 2, 10])('covers at least 93 of 100 beside two sides that vary %d times as much', (times) => {
    const normal = normals(7);
    const inside = Array.from({ length: 1000 }, () =>
      recordedClaims(drawn(2, times, normal), besideShared(2), { seed: 'seed', paired: true }).map(
        ({ low, high }) => low! <= 0 && high! >= 0,
      ),
    ).flat();
    expect(inside.filter(Boolean).length / inside.length).toBeGreaterThan(0.93);
  });

  it('is none where one side stands in all of them: each keeps Student’s interval over its three seeds', () => {
    const runs = drawn(1, 10, normals(3));
    const found = recordedClaims(runs, besideShared(1), { seed: 'seed', paired: true });
    for (const [i, { low, high, value }] of found.entries()) {
      const of = (method: string) => runs.filter((run) => run.method === method).map(({ x }) => x);
      const [shared, own] = [of('shared 0'), of(`own ${i}`)];
      const apart = shared.map((x, s) => x - own[s]!);
      const deviation = Math.sqrt(apart.reduce((sum, x) => sum + (x - value!) ** 2, 0) / 2);
      // t₂ = 4.3027
      expect((high! - low!) / 2 / deviation).toBeCloseTo(4.3027 / Math.sqrt(3), 4);
    }
  });
});
